-- What the clock could not do: it is tried again later, so that it keeps nothing that is due after it.
CREATE TABLE setback (
    -- The person, appointment or announcement that it is about.
    id uuid NOT NULL PRIMARY KEY,
    -- How often it failed in a row.
    failures integer NOT NULL,
    -- Until then nobody tries.
    until timestamptz NOT NULL
);
