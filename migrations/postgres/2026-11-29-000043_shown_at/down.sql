DROP INDEX organisation_hidden;
DROP INDEX contact_shown;
ALTER TABLE contact DROP COLUMN shown_at;
