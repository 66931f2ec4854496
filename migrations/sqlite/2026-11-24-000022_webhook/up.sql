-- Programs of others that hear of what happens here.
CREATE TABLE webhook (
    id BLOB PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Why nothing is sent to it; null where it is on.
    disabled TEXT CHECK (disabled IN ('asked', 'gone', 'failing')),
    -- Sealed. The secret before signs too, until its time is over.
    secret BLOB NOT NULL,
    old_secret BLOB,
    old_until INTEGER,
    -- Since when nothing got through.
    failing_since INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- What each of them wants to hear of: a kind of event, a group as in appointment.*, or *.
CREATE TABLE webhook_subscription (
    webhook_id BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    pattern TEXT NOT NULL,
    PRIMARY KEY (webhook_id, pattern)
) STRICT;
CREATE INDEX webhook_subscription_pattern ON webhook_subscription (pattern, webhook_id);

-- What happened, written in the transaction in which it did. Its id is the `webhook-id` of every try to tell it.
CREATE TABLE webhook_event (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- To whom it is told. Whoever takes one in hand moves its time to when it is given up for dead.
CREATE TABLE webhook_delivery (
    webhook_id BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event_id BLOB NOT NULL REFERENCES webhook_event (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    lease_by BLOB,
    last_at INTEGER,
    last_millis INTEGER,
    last_status INTEGER,
    last_fault TEXT,
    last_answer TEXT,
    PRIMARY KEY (webhook_id, event_id)
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_at, event_id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_state ON webhook_delivery (webhook_id, state, event_id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
