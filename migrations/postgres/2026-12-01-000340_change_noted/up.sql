-- Changes that have no number yet. A unit of work adds rows without waiting for another one; a step of its own gives the numbers,
-- one for each row, in the order of this table.
CREATE TABLE change_noted (
    id uuid PRIMARY KEY NOT NULL DEFAULT gen_random_uuid(),
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Null for a change that no reader sees.
    kind text COLLATE "C" CHECK (kind IN ('contact', 'member')),
    subject uuid,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 3),
    gone boolean NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX change_noted_order ON change_noted (noted_at, id);
