-- What came of mails after the relay took them, and how often mail to an address came back.
ALTER TABLE mail ADD COLUMN bounced_at timestamptz;
ALTER TABLE mail ADD COLUMN bounce_kind text CHECK (bounce_kind IN ('soft', 'hard', 'complaint'));
-- The enhanced status of the report (RFC 3463), and the words of whoever refused the mail.
ALTER TABLE mail ADD COLUMN bounce_status text;
ALTER TABLE mail ADD COLUMN bounce_diagnostic text;

-- Addresses that mail came back from lately. A row is worth nothing thirty days after it was counted last, and is deleted.
CREATE TABLE mail_score (
    -- The address as it is compared.
    address_key text COLLATE "C" PRIMARY KEY NOT NULL,
    points integer NOT NULL,
    counted_at timestamptz NOT NULL
);
CREATE INDEX mail_score_counted_at ON mail_score (counted_at);
