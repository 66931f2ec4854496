-- The lists of results, the newest first: all of them for members, the public ones for everybody.
CREATE INDEX survey_release_published_at ON survey_release (published_at, id);
CREATE INDEX survey_release_audience ON survey_release (audience, published_at, id);
