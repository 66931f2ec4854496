-- Announcements as campaigns: approval, schedules, pausing; who need not be written to; counters beside the outbox.

-- What people may subscribe to and leave. An announcement without a topic is an official notice, which everybody gets.
CREATE TABLE topic (
    code TEXT PRIMARY KEY NOT NULL,
    -- The name in each language.
    names TEXT NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO topic (code, names, created_at) VALUES
    ('news', '{"en": "News of the community", "fr": "Actualités de la communauté"}', 1795478400000000),
    ('events', '{"en": "Events and training", "fr": "Événements et formations"}', 1795478400000000),
    ('case-studies', '{"en": "Case studies", "fr": "Études de cas"}', 1795478400000000);

ALTER TABLE announcement ADD COLUMN topic TEXT REFERENCES topic (code);
ALTER TABLE announcement ADD COLUMN acknowledge INTEGER NOT NULL DEFAULT 0;
ALTER TABLE announcement ADD COLUMN public INTEGER NOT NULL DEFAULT 0;
-- Languages without which it is not sent.
ALTER TABLE announcement ADD COLUMN required_languages TEXT NOT NULL DEFAULT '[]';
-- What was submitted: approval holds for exactly this.
ALTER TABLE announcement ADD COLUMN content_hash BLOB;
ALTER TABLE announcement ADD COLUMN submitted_by BLOB REFERENCES "user" (id);
ALTER TABLE announcement ADD COLUMN submitted_at INTEGER;
ALTER TABLE announcement ADD COLUMN approved_by BLOB REFERENCES "user" (id);
ALTER TABLE announcement ADD COLUMN approved_at INTEGER;
-- When it is to begin, and the time zone in which people speak of that.
ALTER TABLE announcement ADD COLUMN send_at INTEGER;
ALTER TABLE announcement ADD COLUMN zone TEXT;
-- Why it was rejected, held or cancelled.
ALTER TABLE announcement ADD COLUMN reason TEXT;
-- Whom it goes to, fixed when sending begins: numbers of contacts, as a Roaring bitmap; and how far they are written down.
ALTER TABLE announcement ADD COLUMN chosen BLOB;
ALTER TABLE announcement ADD COLUMN fan_cursor INTEGER;
ALTER TABLE announcement ADD COLUMN finished_at INTEGER;
-- What the mails in this language say, once sending has begun.
ALTER TABLE announcement_variant ADD COLUMN content_id BLOB REFERENCES mail_content (id);
CREATE INDEX announcement_variant_content ON announcement_variant (content_id);
CREATE INDEX announcement_topic ON announcement (topic);
CREATE INDEX announcement_submitted_by ON announcement (submitted_by);
CREATE INDEX announcement_approved_by ON announcement (approved_by);
CREATE INDEX announcement_due ON announcement (send_at) WHERE status = 'scheduled';
CREATE INDEX announcement_fan ON announcement (id) WHERE fan_cursor IS NOT NULL;
CREATE INDEX announcement_public ON announcement (sent_at) WHERE public = 1;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql,
    'status IN (''draft'', ''sent'')',
    'status IN (''draft'', ''submitted'', ''approved'', ''scheduled'', ''sending'', ''paused'', ''sent'', ''cancelled'', ''held'')')
    WHERE type = 'table' AND name = 'announcement';
PRAGMA writable_schema = RESET;

-- Whom it was addressed to. The mail is deleted long before this is.
CREATE TABLE addressee (
    mail_id BLOB NOT NULL,
    announcement_id BLOB NOT NULL REFERENCES announcement (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    read_at INTEGER,
    acknowledged_at INTEGER,
    PRIMARY KEY (user_id, announcement_id)
) STRICT, WITHOUT ROWID;
INSERT INTO addressee (announcement_id, user_id, mail_id) SELECT announcement_id, user_id, mail_id FROM delivery;
DROP TABLE delivery;
ALTER TABLE addressee RENAME TO delivery;
CREATE UNIQUE INDEX delivery_mail ON delivery (mail_id);
CREATE INDEX delivery_announcement ON delivery (announcement_id, user_id);

-- The mails of one announcement together: whether they may leave, and how many stand where. What is not counted otherwise
-- waits still.
DROP INDEX mail_batch;
CREATE TABLE mail_batch (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    topic TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
    -- Whether all of its mails are there.
    filled INTEGER NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    -- Of those that wait: tried before.
    deferred INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX mail_batch_open ON mail_batch (state, id) WHERE state <> 'done';
INSERT INTO mail_batch (id, kind, state, filled, total, sent, failed, deferred, created_at)
    SELECT batch, 'announcement', CASE WHEN sum(state IN ('pending', 'leased')) > 0 THEN 'running' ELSE 'done' END, 1,
        count(*), sum(state = 'sent'), sum(state = 'failed'), sum(state IN ('pending', 'leased') AND attempts > 0),
        min(created_at)
    FROM mail WHERE batch IS NOT NULL GROUP BY batch;

CREATE TABLE letter (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- What it belongs to, for counting: an announcement's id. What somebody waits for belongs to nothing.
    batch BLOB,
    -- 0 what somebody waits for (a link, a decision), 1 announcements. Lower goes first.
    lane INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'failed', 'skipped', 'cancelled')),
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
    sent_at INTEGER,
    user_id BLOB,
    -- Of the address, lower case.
    domain TEXT NOT NULL,
    -- The language that the reader prefers, where it is written in another.
    preferred TEXT,
    -- What its text says of this reader alone.
    vars TEXT,
    -- A newer mail of the same key makes an older one that still waits pointless.
    dedup_key TEXT,
    -- The enhanced status of the last reply (RFC 3463).
    last_status TEXT
) STRICT;
INSERT INTO letter (id, kind, batch, lane, state, to_address, to_name, domain, language, content_id, attempts, next_at,
        expires_at, lease_by, lease_until, last_code, last_reply, created_at, sent_at)
    SELECT id, kind, batch, lane, state, to_address, to_name, lower(substr(to_address, instr(to_address, '@') + 1)),
        language, content_id, attempts, next_at, expires_at, lease_by, lease_until, last_code, last_reply, created_at, sent_at
    FROM mail;
DROP TABLE mail;
ALTER TABLE letter RENAME TO mail;
CREATE INDEX mail_due ON mail (next_at, id) WHERE state = 'pending' AND batch IS NULL;
CREATE INDEX mail_due_batch ON mail (batch, next_at, id) WHERE state = 'pending' AND batch IS NOT NULL;
CREATE INDEX mail_to_address ON mail (to_address);
CREATE INDEX mail_named ON mail (created_at) WHERE to_address <> '';
CREATE INDEX mail_lease ON mail (lease_until) WHERE state = 'leased';
CREATE INDEX mail_batch_state ON mail (batch, state, id);
CREATE INDEX mail_content_id ON mail (content_id);
CREATE INDEX mail_dedup ON mail (dedup_key) WHERE state = 'pending' AND dedup_key IS NOT NULL;
CREATE INDEX mail_single ON mail (created_at) WHERE batch IS NULL;

-- What a person does not want to get; '*' stands for every topic.
CREATE TABLE mail_opt_out (
    user_id BLOB NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, topic)
) STRICT, WITHOUT ROWID;

-- Addresses that no announcement goes to.
CREATE TABLE mail_suppression (
    -- The address as it is compared.
    address_key TEXT PRIMARY KEY NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'manual')),
    source TEXT NOT NULL,
    until INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_suppression_created_at ON mail_suppression (created_at);
