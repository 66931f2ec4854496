-- How many mails of a batch came back, and how many readers complained: of those that had left.
ALTER TABLE mail_batch ADD COLUMN bounced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mail_batch ADD COLUMN complaints INTEGER NOT NULL DEFAULT 0;
UPDATE mail_batch SET
    bounced = (SELECT count(*) FROM mail WHERE batch = mail_batch.id AND bounce_kind IN ('soft', 'hard')),
    complaints = (SELECT count(*) FROM mail WHERE batch = mail_batch.id AND bounce_kind = 'complaint');

-- Which these were: deliveries of an announcement by what was reported of them.
CREATE INDEX mail_reported ON mail (batch, id) WHERE bounced_at IS NOT NULL;
