DROP INDEX announcement_scheduled_by;
ALTER TABLE announcement DROP COLUMN scheduled_by;
