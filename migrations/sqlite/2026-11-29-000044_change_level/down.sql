CREATE TABLE change_of_all (
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'member')),
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO change_of_all (kind, id, seq, at, gone) SELECT kind, id, seq, at, gone FROM change WHERE level = 0;
DROP TABLE change;
ALTER TABLE change_of_all RENAME TO change;
CREATE UNIQUE INDEX change_seq ON change (seq);
CREATE INDEX change_gone ON change (gone, at);
