-- A release of the results of a round: never changed, and never deleted. What was published once stays known.
CREATE TABLE survey_release (
    id uuid PRIMARY KEY NOT NULL,
    round_id uuid NOT NULL REFERENCES survey_round (id),
    -- Counts from 1 within a round.
    number integer NOT NULL,
    audience text NOT NULL CHECK (audience IN ('public', 'members')),
    contents text NOT NULL CHECK (contents IN ('rates', 'totals', 'tables')),
    -- The instant whose submissions it counts.
    as_of timestamptz NOT NULL,
    -- The number of the release of this round that it corrects.
    corrects integer,
    -- Options that its tables by region tell together, by question.
    bands jsonb NOT NULL,
    -- How many answered, and how many were asked.
    respondents integer NOT NULL,
    asked integer NOT NULL,
    -- Canonical JSON (RFC 8785), as text: the hash names these bytes.
    artefact text NOT NULL,
    sha256 text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid NOT NULL REFERENCES "user" (id),
    UNIQUE (round_id, number)
);
CREATE INDEX survey_release_published_by ON survey_release (published_by);
