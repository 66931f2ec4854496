-- Secrets by which a person's own programs reach the API.
CREATE TABLE api_token (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    -- How its owner was logged in when it was made.
    level TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_token_user_id ON api_token (user_id);
CREATE INDEX api_token_expires_at ON api_token (expires_at);
