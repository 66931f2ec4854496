-- Programs of others that hear of what happens here.
CREATE TABLE webhook (
    id uuid PRIMARY KEY NOT NULL,
    url text NOT NULL,
    description text NOT NULL,
    -- Why nothing is sent to it; null where it is on.
    disabled text COLLATE "C" CHECK (disabled IN ('asked', 'gone', 'failing')),
    -- Sealed. The secret before signs too, until its time is over.
    secret bytea NOT NULL,
    old_secret bytea,
    old_until timestamptz,
    -- Since when nothing got through.
    failing_since timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- What each of them wants to hear of: a kind of event, a group as in appointment.*, or *.
CREATE TABLE webhook_subscription (
    webhook_id uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    pattern text COLLATE "C" NOT NULL,
    PRIMARY KEY (webhook_id, pattern)
);
CREATE INDEX webhook_subscription_pattern ON webhook_subscription (pattern, webhook_id);

-- What happened, written in the transaction in which it did. Its id is the `webhook-id` of every try to tell it.
CREATE TABLE webhook_event (
    id uuid PRIMARY KEY NOT NULL,
    kind text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL
);

-- To whom it is told. Whoever takes one in hand moves its time to when it is given up for dead.
CREATE TABLE webhook_delivery (
    webhook_id uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event_id uuid NOT NULL REFERENCES webhook_event (id) ON DELETE CASCADE,
    state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL,
    next_at timestamptz NOT NULL,
    lease_by uuid,
    last_at timestamptz,
    last_millis integer,
    last_status integer,
    last_fault text,
    last_answer text,
    PRIMARY KEY (webhook_id, event_id)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_at, event_id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_state ON webhook_delivery (webhook_id, state, event_id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
