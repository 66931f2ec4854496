-- With which session or API token something was granted that takes effect later. Where that credential was revoked since, a person decides
-- again. Null where it was granted by an earlier version.
ALTER TABLE announcement ADD COLUMN scheduled_with uuid;
ALTER TABLE announcement ADD COLUMN approved_with uuid;
ALTER TABLE hand_over ADD COLUMN begun_with uuid;
ALTER TABLE invitation ADD COLUMN invited_with uuid;
