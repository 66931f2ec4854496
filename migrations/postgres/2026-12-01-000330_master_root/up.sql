-- The root of the keys of MACs, sealed with the master key, once that key was changed. One row at most.
CREATE TABLE master_root (
    id smallint PRIMARY KEY NOT NULL CHECK (id = 1),
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL
);
