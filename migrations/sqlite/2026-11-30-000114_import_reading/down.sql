ALTER TABLE import_plan DROP COLUMN reading;
