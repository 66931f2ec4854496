ALTER TABLE announcement DROP COLUMN cause;
