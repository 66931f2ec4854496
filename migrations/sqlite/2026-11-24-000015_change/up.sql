-- What changed last, for whoever keeps a copy: one row a subject, moved to the end at each change. A subject that is gone
-- leaves its row for a while, so that copies hear of it.
CREATE TABLE change (
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'member')),
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_seq ON change (seq);
CREATE INDEX change_gone ON change (gone, at);

-- One row, held until the unit of work ends, so that numbers come in the order of commits. Whoever has seen less than
-- the horizon may have missed that something is gone.
CREATE TABLE change_counter (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    seq INTEGER NOT NULL,
    horizon INTEGER NOT NULL
) STRICT;

-- What is there already, members first.
INSERT INTO change (kind, id, seq, at, gone)
SELECT 'member', id, row_number() OVER (ORDER BY id), updated_at, 0 FROM organisation
WHERE kind IN ('member', 'economic_union');
INSERT INTO change (kind, id, seq, at, gone)
SELECT 'contact', id, (SELECT count(*) FROM change) + row_number() OVER (ORDER BY id), updated_at, 0
FROM contact WHERE listed = 1;
INSERT INTO change_counter (id, seq, horizon) SELECT 1, count(*), 0 FROM change;
