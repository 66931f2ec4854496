-- A release of the results of a round: never changed, and never deleted. What was published once stays known.
CREATE TABLE survey_release (
    id BLOB PRIMARY KEY NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    -- Counts from 1 within a round.
    number INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('public', 'members')),
    contents TEXT NOT NULL CHECK (contents IN ('rates', 'totals', 'tables')),
    -- The instant whose submissions it counts.
    as_of INTEGER NOT NULL,
    -- The number of the release of this round that it corrects.
    corrects INTEGER,
    -- Options that its tables by region tell together, by question.
    bands TEXT NOT NULL,
    -- How many answered, and how many were asked.
    respondents INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    -- Canonical JSON (RFC 8785), as text: the hash names these bytes.
    artefact TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB NOT NULL REFERENCES "user" (id),
    UNIQUE (round_id, number)
) STRICT;
CREATE INDEX survey_release_published_by ON survey_release (published_by);
