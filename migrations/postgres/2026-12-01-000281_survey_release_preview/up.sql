-- What previews of releases have told of a round: whoever has read it knows it, as if it were published. Never changed,
-- and never deleted.
CREATE TABLE survey_release_preview (
    round_id uuid NOT NULL REFERENCES survey_round (id),
    -- Counts from 1 within a round.
    number integer NOT NULL,
    contents text NOT NULL CHECK (contents IN ('rates', 'totals', 'tables')),
    -- The instant whose submissions it counts.
    as_of timestamptz NOT NULL,
    -- Options that its tables by region tell together, by question.
    bands jsonb NOT NULL,
    -- The submissions that it counts, by their ids in the order of their organisations.
    counted jsonb NOT NULL,
    artefact text NOT NULL,
    PRIMARY KEY (round_id, number)
);
