-- What previews of releases have told of a round: whoever has read it knows it, as if it were published. Never changed,
-- and never deleted.
CREATE TABLE survey_release_preview (
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    -- Counts from 1 within a round.
    number INTEGER NOT NULL,
    contents TEXT NOT NULL CHECK (contents IN ('rates', 'totals', 'tables')),
    -- The instant whose submissions it counts.
    as_of INTEGER NOT NULL,
    -- Options that its tables by region tell together, by question.
    bands TEXT NOT NULL,
    -- The submissions that it counts, by their ids in the order of their organisations.
    counted TEXT NOT NULL,
    artefact TEXT NOT NULL,
    PRIMARY KEY (round_id, number)
) STRICT;
