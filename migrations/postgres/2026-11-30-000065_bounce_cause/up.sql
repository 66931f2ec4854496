-- Who is to blame for a mail that came back. Reports that were read before have none.
ALTER TABLE mail ADD COLUMN bounce_cause text CHECK (bounce_cause IN ('route', 'message', 'mailbox', 'address'));
-- How many mails of a batch came back for the way or for themselves; up to which of them it was looked at; and when the
-- Secretariat was warned.
ALTER TABLE mail_batch ADD COLUMN turned_back bigint NOT NULL DEFAULT 0;
ALTER TABLE mail_batch ADD COLUMN weighed bigint NOT NULL DEFAULT 0;
ALTER TABLE mail_batch ADD COLUMN warned_at timestamptz;
CREATE INDEX mail_batch_turned_back ON mail_batch (id) WHERE turned_back > weighed;
