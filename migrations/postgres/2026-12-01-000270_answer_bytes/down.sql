ALTER TABLE response DROP COLUMN history_bytes;
ALTER TABLE response DROP COLUMN answer_bytes;
