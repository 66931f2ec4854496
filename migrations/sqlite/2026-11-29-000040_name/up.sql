-- A name that was changed: the one before is shown to officers for a while, so that nobody becomes somebody else unseen.
ALTER TABLE "user" ADD COLUMN name_changed_at INTEGER;
ALTER TABLE "user" ADD COLUMN previous_name TEXT;
CREATE INDEX user_previous_name ON "user" (name_changed_at) WHERE previous_name IS NOT NULL;
