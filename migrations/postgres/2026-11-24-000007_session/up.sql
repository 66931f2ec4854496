-- What a session tells its owner, how it was opened, and how a lost answer to a refresh is given again.
ALTER TABLE session ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT 'epoch';
ALTER TABLE session ADD COLUMN level text NOT NULL DEFAULT 'password';
ALTER TABLE session ADD COLUMN idle_seconds integer NOT NULL DEFAULT 3600;
ALTER TABLE session ADD COLUMN label text;
ALTER TABLE session ADD COLUMN user_agent text;
ALTER TABLE session ADD COLUMN network text;
-- Of a browser's session: what the database keeps of its cookie.
ALTER TABLE session ADD COLUMN cookie_hash bytea;
CREATE UNIQUE INDEX session_cookie_hash ON session (cookie_hash);

ALTER TABLE refresh_token ADD COLUMN successor bytea;
-- The successor itself, sealed under the token that it follows, so that the database alone can't open it.
ALTER TABLE refresh_token ADD COLUMN sealed_successor bytea;
CREATE INDEX refresh_token_sealed ON refresh_token (used_at) WHERE sealed_successor IS NOT NULL;

-- The newest key that is active signs.
ALTER TABLE signing_key ADD COLUMN activates_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE signing_key SET activates_at = created_at;

-- Where somebody logged in from before: known places are not worth a mail.
CREATE TABLE device (
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    fingerprint bytea NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, fingerprint)
);
CREATE INDEX device_last_seen_at ON device (last_seen_at);

ALTER TABLE "user" ADD COLUMN suspended_at timestamptz;
ALTER TABLE "user" ADD COLUMN suspension_reason text;
