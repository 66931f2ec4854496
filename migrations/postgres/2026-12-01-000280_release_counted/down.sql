ALTER TABLE survey_release DROP COLUMN counted;
