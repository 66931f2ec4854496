DROP INDEX contact_phone_key;
ALTER TABLE contact DROP COLUMN phone_key;
