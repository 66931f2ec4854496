DROP INDEX appointment_end_set_by;
ALTER TABLE appointment DROP COLUMN end_set_by;
