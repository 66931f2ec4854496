-- Secrets by which a person's own programs reach the API.
CREATE TABLE api_token (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    scopes jsonb NOT NULL,
    -- How its owner was logged in when it was made.
    level text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_token_user_id ON api_token (user_id);
CREATE INDEX api_token_expires_at ON api_token (expires_at);
