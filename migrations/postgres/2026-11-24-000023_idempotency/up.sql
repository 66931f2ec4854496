-- Answers to requests that named a key, written in the transaction of what they did: the same request again gets the same answer.
CREATE TABLE idempotency (
    actor_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    key text COLLATE "C" NOT NULL,
    -- The SHA-256 of method, path and body.
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    location text,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
