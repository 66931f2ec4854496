-- What changed last, for whoever keeps a copy: one row a subject, moved to the end at each change. A subject that is gone
-- leaves its row for a while, so that copies hear of it.
CREATE TABLE change (
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('contact', 'member')),
    id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    gone boolean NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE UNIQUE INDEX change_seq ON change (seq);
CREATE INDEX change_gone ON change (gone, at);

-- One row, held until the unit of work ends, so that numbers come in the order of commits. Whoever has seen less than
-- the horizon may have missed that something is gone.
CREATE TABLE change_counter (
    id smallint PRIMARY KEY NOT NULL CHECK (id = 1),
    seq bigint NOT NULL,
    horizon bigint NOT NULL
);

-- What is there already, members first.
INSERT INTO change (kind, id, seq, at, gone)
SELECT 'member', id, row_number() OVER (ORDER BY id), updated_at, false FROM organisation
WHERE kind IN ('member', 'economic_union');
INSERT INTO change (kind, id, seq, at, gone)
SELECT 'contact', id, (SELECT count(*) FROM change) + row_number() OVER (ORDER BY id), updated_at, false
FROM contact WHERE listed;
INSERT INTO change_counter (id, seq, horizon) SELECT 1, count(*), 0 FROM change;
