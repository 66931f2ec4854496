-- Announcements as campaigns: approval, schedules, pausing; who need not be written to; counters beside the outbox.

-- What people may subscribe to and leave. An announcement without a topic is an official notice, which everybody gets.
CREATE TABLE topic (
    code text COLLATE "C" PRIMARY KEY NOT NULL,
    -- The name in each language.
    names jsonb NOT NULL,
    retired boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
INSERT INTO topic (code, names, created_at) VALUES
    ('news', '{"en": "News of the community", "fr": "Actualités de la communauté"}', '2026-11-24T00:00:00Z'),
    ('events', '{"en": "Events and training", "fr": "Événements et formations"}', '2026-11-24T00:00:00Z'),
    ('case-studies', '{"en": "Case studies", "fr": "Études de cas"}', '2026-11-24T00:00:00Z');

ALTER TABLE announcement ADD COLUMN topic text COLLATE "C" REFERENCES topic (code);
ALTER TABLE announcement ADD COLUMN acknowledge boolean NOT NULL DEFAULT false;
ALTER TABLE announcement ADD COLUMN public boolean NOT NULL DEFAULT false;
-- Languages without which it is not sent.
ALTER TABLE announcement ADD COLUMN required_languages jsonb NOT NULL DEFAULT '[]';
-- What was submitted: approval holds for exactly this.
ALTER TABLE announcement ADD COLUMN content_hash bytea;
ALTER TABLE announcement ADD COLUMN submitted_by uuid REFERENCES "user" (id);
ALTER TABLE announcement ADD COLUMN submitted_at timestamptz;
ALTER TABLE announcement ADD COLUMN approved_by uuid REFERENCES "user" (id);
ALTER TABLE announcement ADD COLUMN approved_at timestamptz;
-- When it is to begin, and the time zone in which people speak of that.
ALTER TABLE announcement ADD COLUMN send_at timestamptz;
ALTER TABLE announcement ADD COLUMN zone text;
-- Why it was rejected, held or cancelled.
ALTER TABLE announcement ADD COLUMN reason text;
-- Whom it goes to, fixed when sending begins: numbers of contacts, as a Roaring bitmap; and how far they are written down.
ALTER TABLE announcement ADD COLUMN chosen bytea;
ALTER TABLE announcement ADD COLUMN fan_cursor bigint;
ALTER TABLE announcement ADD COLUMN finished_at timestamptz;
-- What the mails in this language say, once sending has begun.
ALTER TABLE announcement_variant ADD COLUMN content_id uuid REFERENCES mail_content (id);
CREATE INDEX announcement_variant_content ON announcement_variant (content_id);
CREATE INDEX announcement_topic ON announcement (topic);
CREATE INDEX announcement_submitted_by ON announcement (submitted_by);
CREATE INDEX announcement_approved_by ON announcement (approved_by);
CREATE INDEX announcement_due ON announcement (send_at) WHERE status = 'scheduled';
CREATE INDEX announcement_fan ON announcement (id) WHERE fan_cursor IS NOT NULL;
CREATE INDEX announcement_public ON announcement (sent_at) WHERE public;
ALTER TABLE announcement DROP CONSTRAINT announcement_status_check;
ALTER TABLE announcement ADD CONSTRAINT announcement_status_check CHECK
    (status IN ('draft', 'submitted', 'approved', 'scheduled', 'sending', 'paused', 'sent', 'cancelled', 'held'));

-- Whom it was addressed to. The mail is deleted long before this is.
ALTER TABLE delivery DROP CONSTRAINT delivery_mail_id_fkey;
ALTER TABLE delivery DROP CONSTRAINT delivery_pkey;
ALTER TABLE delivery DROP CONSTRAINT delivery_user_id_announcement_id_key;
ALTER TABLE delivery ADD PRIMARY KEY (user_id, announcement_id);
ALTER TABLE delivery ADD COLUMN read_at timestamptz;
ALTER TABLE delivery ADD COLUMN acknowledged_at timestamptz;
DROP INDEX delivery_announcement;
CREATE UNIQUE INDEX delivery_mail ON delivery (mail_id);
CREATE INDEX delivery_announcement ON delivery (announcement_id, user_id);

-- The mails of one announcement together: whether they may leave, and how many stand where. What is not counted otherwise
-- waits still.
DROP INDEX mail_batch;
CREATE TABLE mail_batch (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    topic text,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
    -- Whether all of its mails are there.
    filled boolean NOT NULL,
    total bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    sent bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    cancelled bigint NOT NULL DEFAULT 0,
    -- Of those that wait: tried before.
    deferred bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX mail_batch_open ON mail_batch (state, id) WHERE state <> 'done';
INSERT INTO mail_batch (id, kind, state, filled, total, sent, failed, deferred, created_at)
    SELECT batch, 'announcement', CASE WHEN bool_or(state IN ('pending', 'leased')) THEN 'running' ELSE 'done' END, true,
        count(*), count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed'),
        count(*) FILTER (WHERE state IN ('pending', 'leased') AND attempts > 0), min(created_at)
    FROM mail WHERE batch IS NOT NULL GROUP BY batch;

ALTER TABLE mail DROP CONSTRAINT mail_state_check;
ALTER TABLE mail ADD CONSTRAINT mail_state_check CHECK
    (state IN ('pending', 'leased', 'sent', 'failed', 'skipped', 'cancelled'));
ALTER TABLE mail ADD COLUMN user_id uuid;
-- Of the address, lower case.
ALTER TABLE mail ADD COLUMN domain text NOT NULL DEFAULT '';
UPDATE mail SET domain = lower(split_part(to_address, '@', 2));
ALTER TABLE mail ALTER COLUMN domain DROP DEFAULT;
-- The language that the reader prefers, where it is written in another.
ALTER TABLE mail ADD COLUMN preferred text;
-- What its text says of this reader alone.
ALTER TABLE mail ADD COLUMN vars jsonb;
-- A newer mail of the same key makes an older one that still waits pointless.
ALTER TABLE mail ADD COLUMN dedup_key text;
-- The enhanced status of the last reply (RFC 3463).
ALTER TABLE mail ADD COLUMN last_status text;
DROP INDEX mail_due;
CREATE INDEX mail_due ON mail (next_at, id) WHERE state = 'pending' AND batch IS NULL;
CREATE INDEX mail_due_batch ON mail (batch, next_at, id) WHERE state = 'pending' AND batch IS NOT NULL;
CREATE INDEX mail_batch_state ON mail (batch, state, id);
CREATE INDEX mail_dedup ON mail (dedup_key) WHERE state = 'pending' AND dedup_key IS NOT NULL;
CREATE INDEX mail_single ON mail (created_at) WHERE batch IS NULL;

-- What a person does not want to get; '*' stands for every topic.
CREATE TABLE mail_opt_out (
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    topic text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, topic)
);

-- Addresses that no announcement goes to.
CREATE TABLE mail_suppression (
    -- The address as it is compared.
    address_key text COLLATE "C" PRIMARY KEY NOT NULL,
    reason text NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'manual')),
    source text NOT NULL,
    until timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX mail_suppression_created_at ON mail_suppression (created_at);
