-- The index of the directory holds sets alone, of a million contacts too: of each value of a filter, of each word, and of
-- each beginning of a name. No release has the tables that go. The program indexes everything anew at its start.
DROP TABLE contact_term;
DROP TABLE facet_bitmap;

-- For each key the numbers of its contacts, as a Roaring bitmap in pieces of 65,536. None is empty.
CREATE TABLE contact_set (
    key TEXT NOT NULL,
    piece INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (key, piece)
) STRICT;
CREATE INDEX contact_set_count ON contact_set (key, count);

DELETE FROM contact_word;
UPDATE contact SET number = NULL;
