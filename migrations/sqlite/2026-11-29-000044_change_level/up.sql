-- A change that not everybody may see has a row of its own, with the level of the fields that changed: 0 for the whole community,
-- 1 the region, 2 the organisation, 3 the Secretariat.
CREATE TABLE change_by_level (
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'member')),
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    level INTEGER NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 3),
    PRIMARY KEY (kind, id, level)
) STRICT, WITHOUT ROWID;
INSERT INTO change_by_level (kind, id, seq, at, gone) SELECT kind, id, seq, at, gone FROM change;
DROP TABLE change;
ALTER TABLE change_by_level RENAME TO change;
CREATE UNIQUE INDEX change_seq ON change (seq);
CREATE INDEX change_gone ON change (gone, at);
