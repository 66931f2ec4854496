DROP TABLE contact_set;
CREATE TABLE contact_term (
    term text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    level smallint NOT NULL,
    PRIMARY KEY (term, number)
);
CREATE INDEX contact_term_number ON contact_term (number);
CREATE TABLE facet_bitmap (
    key text COLLATE "C" NOT NULL,
    piece integer NOT NULL,
    count integer NOT NULL,
    numbers bytea NOT NULL,
    PRIMARY KEY (key, piece)
);
CREATE INDEX facet_bitmap_count ON facet_bitmap (key, count);
DELETE FROM contact_word;
UPDATE contact SET number = NULL;
