-- Second factors.
CREATE TABLE totp (
    user_id uuid PRIMARY KEY NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    -- The shared secret, sealed under the master key.
    sealed_secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Null until a first code was right: until then it is no factor.
    confirmed_at timestamptz,
    -- The last time step that was used; a code is good once (RFC 6238, 5.2).
    last_step bigint NOT NULL
);

CREATE TABLE recovery_code (
    hash bytea PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX recovery_code_user_id ON recovery_code (user_id);

CREATE TABLE passkey (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    name text NOT NULL,
    -- Public key and counter, as the library keeps them.
    credential jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkey_user_id ON passkey (user_id);

-- One-time secrets serve more purposes, and may need to know more: the state of a passkey ceremony.
ALTER TABLE one_time_token DROP CONSTRAINT one_time_token_purpose_check;
ALTER TABLE one_time_token ADD COLUMN payload jsonb;
