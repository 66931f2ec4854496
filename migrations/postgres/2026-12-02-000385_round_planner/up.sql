-- Who planned that a draft opens by itself, and with which session or API token. Both are judged again when its instant has
-- come. Null where an earlier version planned it.
ALTER TABLE survey_round ADD COLUMN scheduled_by uuid REFERENCES "user" (id);
ALTER TABLE survey_round ADD COLUMN scheduled_with uuid;
CREATE INDEX survey_round_scheduled_by ON survey_round (scheduled_by);
