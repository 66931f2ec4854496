-- How often it was taken in hand since something last came of it. It is counted before anything is tried, so a mail or an event that
-- ends the process that tries it is known by its count: it is tried alone from then on, and set aside after the third time.
ALTER TABLE mail ADD COLUMN claims integer NOT NULL DEFAULT 0;
CREATE INDEX mail_suspect ON mail (next_at, id) WHERE state = 'pending' AND claims > 0;
ALTER TABLE webhook_delivery ADD COLUMN claims integer NOT NULL DEFAULT 0;
