DROP INDEX survey_release_audience;
DROP INDEX survey_release_published_at;
