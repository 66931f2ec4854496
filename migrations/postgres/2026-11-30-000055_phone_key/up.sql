-- The digits of a telephone number from the last to the first, by which it is found in any spelling; empty where there is no number.
-- Null where that was not worked out yet, which the next start does.
ALTER TABLE contact ADD COLUMN phone_key text COLLATE "C";
CREATE INDEX contact_phone_key ON contact (phone_key);
