ALTER TABLE invitation DROP COLUMN invited_with;
ALTER TABLE hand_over DROP COLUMN begun_with;
ALTER TABLE announcement DROP COLUMN approved_with;
ALTER TABLE announcement DROP COLUMN scheduled_with;
