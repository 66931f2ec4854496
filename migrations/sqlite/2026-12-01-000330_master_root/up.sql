-- The root of the keys of MACs, sealed with the master key, once that key was changed. One row at most.
CREATE TABLE master_root (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
