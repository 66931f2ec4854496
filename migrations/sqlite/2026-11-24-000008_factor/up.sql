-- Second factors.
CREATE TABLE totp (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    -- The shared secret, sealed under the master key.
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- Null until a first code was right: until then it is no factor.
    confirmed_at INTEGER,
    -- The last time step that was used; a code is good once (RFC 6238, 5.2).
    last_step INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    hash BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX recovery_code_user_id ON recovery_code (user_id);

CREATE TABLE passkey (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    credential_id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Public key and counter, as the library keeps them.
    credential TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX passkey_user_id ON passkey (user_id);

-- One-time secrets serve more purposes, and may need to know more: the state of a passkey ceremony. SQLite changes a
-- CHECK by making the table anew.
CREATE TABLE one_time_token_new (
    hash BLOB PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    user_id BLOB REFERENCES "user" (id) ON DELETE CASCADE,
    registration_id BLOB REFERENCES registration (id) ON DELETE CASCADE,
    -- An address that the secret is about; for a set-up link also the name that the new administrator is to have.
    email TEXT,
    name TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    payload TEXT
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
