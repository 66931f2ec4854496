-- Who planned when an announcement begins. That person is asked for again when its time has come.
ALTER TABLE announcement ADD COLUMN scheduled_by BLOB REFERENCES "user" (id);
CREATE INDEX announcement_scheduled_by ON announcement (scheduled_by);
