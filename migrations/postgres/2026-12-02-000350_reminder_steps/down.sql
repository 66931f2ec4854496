DROP INDEX round_reminder_told_after;
ALTER TABLE round_reminder DROP COLUMN told_after;
