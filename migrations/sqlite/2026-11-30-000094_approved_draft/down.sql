ALTER TABLE announcement DROP COLUMN approved_draft;
