-- The outbox. A mail is written in the transaction that causes it and sent by whoever leases it.
CREATE TABLE mail_content (
    id uuid PRIMARY KEY NOT NULL,
    subject text NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE mail (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    -- What it belongs to, for counting: an announcement's id.
    batch uuid,
    -- 0 what somebody waits for (a link, a decision), 1 announcements. Lower goes first.
    lane smallint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'failed')),
    to_address text NOT NULL,
    to_name text NOT NULL,
    language text NOT NULL,
    -- Null once a mail with a secret in it has left or failed for good.
    content_id uuid REFERENCES mail_content (id),
    attempts integer NOT NULL,
    next_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    lease_by uuid,
    lease_until timestamptz,
    last_code integer,
    last_reply text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX mail_due ON mail (lane, next_at, id) WHERE state = 'pending';
CREATE INDEX mail_lease ON mail (lease_until) WHERE state = 'leased';
CREATE INDEX mail_batch ON mail (batch, state, id);
CREATE INDEX mail_content_id ON mail (content_id);
