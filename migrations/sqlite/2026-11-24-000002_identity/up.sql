-- People, their sessions, and the secrets that prove something once.
CREATE TABLE "user" (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    -- The address as it is compared: lower case, NFC.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- PHC string of argon2id.
    password_hash TEXT NOT NULL,
    preferred_language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX session_user_id ON session (user_id);
CREATE INDEX session_expires_at ON session (expires_at);

-- One row a refresh token ever issued in a living session; used ones stay, so that a second use is noticed.
CREATE TABLE refresh_token (
    hash BLOB PRIMARY KEY NOT NULL,
    session_id BLOB NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX refresh_token_session ON refresh_token (session_id);

CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY NOT NULL,
    public_key BLOB NOT NULL,
    -- The private key, sealed under the master key.
    sealed_key BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
