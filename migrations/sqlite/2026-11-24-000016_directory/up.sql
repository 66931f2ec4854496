-- Each field of a contact with its audience, and the index of the directory: words and bitmaps over small numbers.
ALTER TABLE contact ADD COLUMN job_title_audience TEXT NOT NULL DEFAULT 'members';
ALTER TABLE contact ADD COLUMN languages_audience TEXT NOT NULL DEFAULT 'members';
ALTER TABLE contact ADD COLUMN technologies_audience TEXT NOT NULL DEFAULT 'members';
-- The number of the contact in the index; null until the program has indexed it, which it does at the start.
ALTER TABLE contact ADD COLUMN number INTEGER;
CREATE UNIQUE INDEX contact_number ON contact (number);
-- A page in its order is read from one of these alone.
DROP INDEX contact_page;
CREATE INDEX contact_page ON contact (listed, sort_name, id, number);
DROP INDEX contact_page_organisation;
CREATE INDEX contact_page_organisation ON contact (organisation_id, listed, sort_name, id, number);
CREATE INDEX contact_updated ON contact (listed, updated_at, id, number);

-- The words of a contact, folded, each with the level of the widest audience that may find by it.
DROP TABLE contact_term;
CREATE TABLE contact_term (
    term TEXT NOT NULL,
    number INTEGER NOT NULL,
    level INTEGER NOT NULL,
    PRIMARY KEY (term, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_term_number ON contact_term (number);

-- Every word that any contact ever had, under itself and under what is left of it without each of its letters.
CREATE TABLE contact_word (
    spelling TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (spelling, word)
) STRICT, WITHOUT ROWID;

-- For each value of each filter and level the numbers of its contacts, as a Roaring bitmap in pieces of 65,536.
CREATE TABLE facet_bitmap (
    key TEXT NOT NULL,
    piece INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (key, piece)
) STRICT;
CREATE INDEX facet_bitmap_count ON facet_bitmap (key, count);
