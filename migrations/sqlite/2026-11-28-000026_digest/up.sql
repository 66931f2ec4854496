-- Who gets announcements with a topic together, once a day or once a week. Whoever is not named gets each at once.
CREATE TABLE digest (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    rhythm TEXT NOT NULL CHECK (rhythm IN ('daily', 'weekly')),
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX digest_due ON digest (due_at);
-- Since when it waits for its reader's next digest; and when a digest named it.
ALTER TABLE delivery ADD COLUMN digest_since INTEGER;
ALTER TABLE delivery ADD COLUMN digest_at INTEGER;
CREATE INDEX delivery_digest ON delivery (user_id) WHERE digest_since IS NOT NULL;
