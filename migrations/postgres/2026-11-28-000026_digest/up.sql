-- Who gets announcements with a topic together, once a day or once a week. Whoever is not named gets each at once.
CREATE TABLE digest (
    user_id uuid PRIMARY KEY NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    rhythm text NOT NULL CHECK (rhythm IN ('daily', 'weekly')),
    due_at timestamptz NOT NULL
);
CREATE INDEX digest_due ON digest (due_at);
-- Since when it waits for its reader's next digest; and when a digest named it.
ALTER TABLE delivery ADD COLUMN digest_since timestamptz;
ALTER TABLE delivery ADD COLUMN digest_at timestamptz;
CREATE INDEX delivery_digest ON delivery (user_id) WHERE digest_since IS NOT NULL;
