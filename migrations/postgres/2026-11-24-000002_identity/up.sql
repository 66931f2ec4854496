-- People, their sessions, and the secrets that prove something once.
CREATE TABLE "user" (
    id uuid PRIMARY KEY NOT NULL,
    email text NOT NULL,
    -- The address as it is compared: lower case, NFC.
    email_key text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    -- PHC string of argon2id.
    password_hash text NOT NULL,
    preferred_language text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE session (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX session_user_id ON session (user_id);
CREATE INDEX session_expires_at ON session (expires_at);

-- One row a refresh token ever issued in a living session; used ones stay, so that a second use is noticed.
CREATE TABLE refresh_token (
    hash bytea PRIMARY KEY NOT NULL,
    session_id uuid NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

CREATE TABLE signing_key (
    kid text COLLATE "C" PRIMARY KEY NOT NULL,
    public_key bytea NOT NULL,
    -- The private key, sealed under the master key.
    sealed_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);
