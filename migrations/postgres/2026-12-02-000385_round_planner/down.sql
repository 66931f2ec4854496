DROP INDEX survey_round_scheduled_by;
ALTER TABLE survey_round DROP COLUMN scheduled_with;
ALTER TABLE survey_round DROP COLUMN scheduled_by;
