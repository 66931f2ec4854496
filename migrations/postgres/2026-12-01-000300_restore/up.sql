-- One row while nothing may leave: the database was restored from a backup, and nobody has released it yet.
CREATE TABLE restore_hold (
    id smallint PRIMARY KEY CHECK (id = 1),
    -- The moment that the backup shows.
    taken_at timestamptz NOT NULL,
    restored_at timestamptz NOT NULL
);

-- The last backup that was written to its end.
CREATE TABLE backup_taken (
    id smallint PRIMARY KEY CHECK (id = 1),
    taken_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    files bigint NOT NULL,
    bytes bigint NOT NULL
);
