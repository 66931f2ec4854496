-- Changes that have no number yet: on PostgreSQL alone, since SQLite has one writer, which gives the numbers at once.
CREATE TABLE change_noted (
    id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)),
    noted_at INTEGER NOT NULL DEFAULT 0,
    -- Null for a change that no reader sees.
    kind TEXT CHECK (kind IN ('contact', 'member')),
    subject BLOB,
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX change_noted_order ON change_noted (noted_at, id);
