DROP TABLE contact_set;
CREATE TABLE contact_term (
    term TEXT NOT NULL,
    number INTEGER NOT NULL,
    level INTEGER NOT NULL,
    PRIMARY KEY (term, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_term_number ON contact_term (number);
CREATE TABLE facet_bitmap (
    key TEXT NOT NULL,
    piece INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (key, piece)
) STRICT;
CREATE INDEX facet_bitmap_count ON facet_bitmap (key, count);
DELETE FROM contact_word;
UPDATE contact SET number = NULL;
