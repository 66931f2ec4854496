DROP TABLE facet_bitmap;
DROP TABLE contact_word;
DROP TABLE contact_term;
CREATE TABLE contact_term (
    term TEXT NOT NULL,
    contact_id BLOB NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (term, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_term_contact ON contact_term (contact_id);
DROP INDEX contact_updated;
DROP INDEX contact_page;
CREATE INDEX contact_page ON contact (listed, sort_name, id);
DROP INDEX contact_page_organisation;
CREATE INDEX contact_page_organisation ON contact (organisation_id, listed, sort_name, id);
DROP INDEX contact_number;
ALTER TABLE contact DROP COLUMN number;
ALTER TABLE contact DROP COLUMN technologies_audience;
ALTER TABLE contact DROP COLUMN languages_audience;
ALTER TABLE contact DROP COLUMN job_title_audience;
