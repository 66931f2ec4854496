DROP TABLE mail_suppression;
DROP TABLE mail_opt_out;

CREATE TABLE addressee (
    mail_id BLOB PRIMARY KEY NOT NULL REFERENCES mail (id),
    announcement_id BLOB NOT NULL REFERENCES announcement (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    UNIQUE (user_id, announcement_id)
) STRICT, WITHOUT ROWID;
INSERT INTO addressee (mail_id, announcement_id, user_id)
    SELECT mail_id, announcement_id, user_id FROM delivery
    WHERE mail_id IN (SELECT id FROM mail WHERE state IN ('pending', 'leased', 'sent', 'failed'));
DROP TABLE delivery;

CREATE TABLE letter (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    batch BLOB,
    lane INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'failed')),
    to_address TEXT NOT NULL,
    to_name TEXT NOT NULL,
    language TEXT NOT NULL,
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
INSERT INTO letter SELECT id, kind, batch, lane, state, to_address, to_name, language, content_id, attempts, next_at,
        expires_at, lease_by, lease_until, last_code, last_reply, created_at, sent_at
    FROM mail WHERE state IN ('pending', 'leased', 'sent', 'failed');
DROP TABLE mail;
ALTER TABLE letter RENAME TO mail;
CREATE INDEX mail_due ON mail (lane, next_at, id) WHERE state = 'pending';
CREATE INDEX mail_to_address ON mail (to_address);
CREATE INDEX mail_named ON mail (created_at) WHERE to_address <> '';
CREATE INDEX mail_lease ON mail (lease_until) WHERE state = 'leased';
CREATE INDEX mail_content_id ON mail (content_id);
ALTER TABLE addressee RENAME TO delivery;
CREATE INDEX delivery_announcement ON delivery (announcement_id, mail_id);
DROP TABLE mail_batch;
CREATE INDEX mail_batch ON mail (batch, state, id);

UPDATE announcement SET status = 'draft' WHERE status IN ('submitted', 'approved', 'scheduled', 'held');
UPDATE announcement SET status = 'sent' WHERE status <> 'draft';
DROP INDEX announcement_variant_content;
ALTER TABLE announcement_variant DROP COLUMN content_id;
DROP INDEX announcement_fan;
DROP INDEX announcement_public;
DROP INDEX announcement_due;
DROP INDEX announcement_approved_by;
DROP INDEX announcement_submitted_by;
DROP INDEX announcement_topic;
ALTER TABLE announcement DROP COLUMN finished_at;
ALTER TABLE announcement DROP COLUMN fan_cursor;
ALTER TABLE announcement DROP COLUMN chosen;
ALTER TABLE announcement DROP COLUMN reason;
ALTER TABLE announcement DROP COLUMN zone;
ALTER TABLE announcement DROP COLUMN send_at;
ALTER TABLE announcement DROP COLUMN approved_at;
ALTER TABLE announcement DROP COLUMN approved_by;
ALTER TABLE announcement DROP COLUMN submitted_at;
ALTER TABLE announcement DROP COLUMN submitted_by;
ALTER TABLE announcement DROP COLUMN content_hash;
ALTER TABLE announcement DROP COLUMN required_languages;
ALTER TABLE announcement DROP COLUMN public;
ALTER TABLE announcement DROP COLUMN acknowledge;
ALTER TABLE announcement DROP COLUMN topic;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql,
    'status IN (''draft'', ''submitted'', ''approved'', ''scheduled'', ''sending'', ''paused'', ''sent'', ''cancelled'', ''held'')',
    'status IN (''draft'', ''sent'')')
    WHERE type = 'table' AND name = 'announcement';
PRAGMA writable_schema = RESET;
DROP TABLE topic;
