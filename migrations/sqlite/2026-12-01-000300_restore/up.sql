-- One row while nothing may leave: the database was restored from a backup, and nobody has released it yet.
CREATE TABLE restore_hold (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    -- The moment that the backup shows.
    taken_at INTEGER NOT NULL,
    restored_at INTEGER NOT NULL
) STRICT;

-- The last backup that was written to its end.
CREATE TABLE backup_taken (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    taken_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
