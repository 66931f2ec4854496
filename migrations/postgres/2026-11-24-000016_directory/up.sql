-- Each field of a contact with its audience, and the index of the directory: words and bitmaps over small numbers.
ALTER TABLE contact ADD COLUMN job_title_audience text NOT NULL DEFAULT 'members';
ALTER TABLE contact ADD COLUMN languages_audience text NOT NULL DEFAULT 'members';
ALTER TABLE contact ADD COLUMN technologies_audience text NOT NULL DEFAULT 'members';
-- The number of the contact in the index; null until the program has indexed it, which it does at the start.
ALTER TABLE contact ADD COLUMN number bigint;
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
    term text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    level smallint NOT NULL,
    PRIMARY KEY (term, number)
);
CREATE INDEX contact_term_number ON contact_term (number);

-- Every word that any contact ever had, under itself and under what is left of it without each of its letters.
CREATE TABLE contact_word (
    spelling text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (spelling, word)
);

-- For each value of each filter and level the numbers of its contacts, as a Roaring bitmap in pieces of 65,536.
CREATE TABLE facet_bitmap (
    key text COLLATE "C" NOT NULL,
    piece integer NOT NULL,
    count integer NOT NULL,
    numbers bytea NOT NULL,
    PRIMARY KEY (key, piece)
);
CREATE INDEX facet_bitmap_count ON facet_bitmap (key, count);
