-- Answers to requests that named a key, written in the transaction of what they did: the same request again gets the same answer.
CREATE TABLE idempotency (
    actor_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    -- The SHA-256 of method, path and body.
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor_id, key)
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);
