-- A reminder reaches its people in steps: the last appointment whose holder was considered; null where all were.
ALTER TABLE round_reminder ADD COLUMN told_after BLOB;
CREATE INDEX round_reminder_told_after ON round_reminder (id) WHERE told_after IS NOT NULL;
