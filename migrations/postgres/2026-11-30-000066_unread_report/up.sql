-- Reports about mails that nobody here understood, for the Secretariat to see. Deleted thirty days after they came.
CREATE TABLE unread_report (
    -- Begins with the time at which it came.
    id uuid PRIMARY KEY NOT NULL,
    -- The SHA-256 of the message: one that comes again is no other.
    fingerprint bytea NOT NULL UNIQUE,
    received_at timestamptz NOT NULL,
    -- The mail that its return path names, where it has one; that is deleted in its own time.
    mail_id uuid,
    sender text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL
);
CREATE INDEX unread_report_received_at ON unread_report (received_at);
