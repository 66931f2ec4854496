-- What a session tells its owner, how it was opened, and how a lost answer to a refresh is given again.
ALTER TABLE session ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN level TEXT NOT NULL DEFAULT 'password';
ALTER TABLE session ADD COLUMN idle_seconds INTEGER NOT NULL DEFAULT 3600;
ALTER TABLE session ADD COLUMN label TEXT;
ALTER TABLE session ADD COLUMN user_agent TEXT;
ALTER TABLE session ADD COLUMN network TEXT;
-- Of a browser's session: what the database keeps of its cookie.
ALTER TABLE session ADD COLUMN cookie_hash BLOB;
CREATE UNIQUE INDEX session_cookie_hash ON session (cookie_hash);

ALTER TABLE refresh_token ADD COLUMN successor BLOB;
-- The successor itself, sealed under the token that it follows, so that the database alone can't open it.
ALTER TABLE refresh_token ADD COLUMN sealed_successor BLOB;
CREATE INDEX refresh_token_sealed ON refresh_token (used_at) WHERE sealed_successor IS NOT NULL;

-- The newest key that is active signs.
ALTER TABLE signing_key ADD COLUMN activates_at INTEGER NOT NULL DEFAULT 0;
UPDATE signing_key SET activates_at = created_at;

-- Where somebody logged in from before: known places are not worth a mail.
CREATE TABLE device (
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    fingerprint BLOB NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_last_seen_at ON device (last_seen_at);

ALTER TABLE "user" ADD COLUMN suspended_at INTEGER;
ALTER TABLE "user" ADD COLUMN suspension_reason TEXT;
