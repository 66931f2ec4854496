-- The outbox. A mail is written in the transaction that causes it and sent by whoever leases it.
CREATE TABLE mail_content (
    id BLOB PRIMARY KEY NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mail (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- What it belongs to, for counting: an announcement's id.
    batch BLOB,
    -- 0 what somebody waits for (a link, a decision), 1 announcements. Lower goes first.
    lane INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'failed')),
    to_address TEXT NOT NULL,
    to_name TEXT NOT NULL,
    language TEXT NOT NULL,
    -- Null once a mail with a secret in it has left or failed for good.
    content_id BLOB REFERENCES mail_content (id),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    lease_by BLOB,
    lease_until INTEGER,
    last_code INTEGER,
    last_reply TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;
CREATE INDEX mail_due ON mail (lane, next_at, id) WHERE state = 'pending';
CREATE INDEX mail_lease ON mail (lease_until) WHERE state = 'leased';
CREATE INDEX mail_batch ON mail (batch, state, id);
CREATE INDEX mail_content_id ON mail (content_id);
