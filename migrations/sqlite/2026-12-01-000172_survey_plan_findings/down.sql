ALTER TABLE survey_plan DROP COLUMN findings;
