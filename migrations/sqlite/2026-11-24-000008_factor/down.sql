CREATE TABLE one_time_token_new (
    hash BLOB PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify_address', 'reset_password', 'set_up')),
    user_id BLOB REFERENCES "user" (id) ON DELETE CASCADE,
    registration_id BLOB REFERENCES registration (id) ON DELETE CASCADE,
    -- An address that the secret is about; for a set-up link also the name that the new administrator is to have.
    email TEXT,
    name TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO one_time_token_new
    (hash, purpose, user_id, registration_id, email, name, created_at, expires_at, used_at)
SELECT hash, purpose, user_id, registration_id, email, name, created_at, expires_at, used_at FROM one_time_token
WHERE purpose IN ('verify_address', 'reset_password', 'set_up');
DROP TABLE one_time_token;
ALTER TABLE one_time_token_new RENAME TO one_time_token;
CREATE INDEX one_time_token_user ON one_time_token (user_id);
CREATE INDEX one_time_token_registration ON one_time_token (registration_id);
CREATE INDEX one_time_token_expiry ON one_time_token (expires_at);
DROP TABLE passkey;
DROP TABLE recovery_code;
DROP TABLE totp;
