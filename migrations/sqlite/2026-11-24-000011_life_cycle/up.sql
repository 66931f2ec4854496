-- The life cycle of appointments: more states, what the clock has to do, invitations that nobody has answered yet.
ALTER TABLE appointment ADD COLUMN status_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN confirmed_at INTEGER;
-- By when the contact is to be confirmed next.
ALTER TABLE appointment ADD COLUMN confirm_by INTEGER;
-- Who decided last, when, and what was said; the person reads it.
ALTER TABLE appointment ADD COLUMN decided_by BLOB REFERENCES "user" (id);
ALTER TABLE appointment ADD COLUMN decided_at INTEGER;
ALTER TABLE appointment ADD COLUMN reason TEXT;
-- The successor. Where the appointment is still in force, it is until valid_to.
ALTER TABLE appointment ADD COLUMN replaced_by BLOB REFERENCES appointment (id);
-- Up to when the timetable was worked off, and when its next step is due.
ALTER TABLE appointment ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN due_at INTEGER;

UPDATE appointment SET status_since = updated_at, checked_at = updated_at;
UPDATE appointment SET confirmed_at = updated_at, confirm_by = updated_at + 31536000000000, due_at = updated_at + 28944000000000
    WHERE status = 'active' AND role IN ('coordinator', 'ncp', 'contributor');
UPDATE appointment SET due_at = updated_at + 604800000000 WHERE status = 'pending';
UPDATE appointment SET
    decided_by = (SELECT r.decided_by FROM registration r WHERE r.id = registration_id),
    decided_at = (SELECT r.decided_at FROM registration r WHERE r.id = registration_id),
    reason = (SELECT r.reason FROM registration r WHERE r.id = registration_id)
    WHERE registration_id IS NOT NULL;

CREATE INDEX appointment_due_at ON appointment (due_at);
CREATE INDEX appointment_status ON appointment (status, id);
CREATE INDEX appointment_decided_by ON appointment (decided_by);
CREATE INDEX appointment_replaced_by ON appointment (replaced_by);
DROP INDEX appointment_organisation;
CREATE INDEX appointment_organisation ON appointment (organisation_id, id);

-- A check that takes more, and a column that may be null: neither changes what is on the disk, so the schema's text is
-- changed in place (SQLite, "Making Other Kinds Of Table Schema Changes"); rebuilding would drop what contacts refer to.
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(replace(sql,
    'status IN (''pending'', ''active'', ''rejected'', ''suspended'', ''ended'')',
    'status IN (''invited'', ''incomplete'', ''pending'', ''active'', ''unconfirmed'', ''suspended'', ''rejected'', ''lapsed'', ''expired'', ''replaced'', ''ended'', ''withdrawn'')'),
    'user_id BLOB NOT NULL', 'user_id BLOB')
    WHERE type = 'table' AND name = 'appointment';
PRAGMA writable_schema = RESET;

-- What the directory says of the confirmation: confirmed, due or unconfirmed; and when it last was.
ALTER TABLE contact ADD COLUMN confirmation TEXT NOT NULL DEFAULT 'confirmed';
ALTER TABLE contact ADD COLUMN confirmed_at INTEGER;
UPDATE contact SET confirmed_at = (SELECT a.confirmed_at FROM appointment a WHERE a.id = appointment_id);

-- Whom an invitation is for. When it is accepted the person has an account and a contact, and this is the record of it.
CREATE TABLE invitation (
    appointment_id BLOB PRIMARY KEY NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    -- SHA-256 of the secret in the mailed link; null once it is used or withdrawn.
    token_hash BLOB UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    job_title TEXT,
    phone TEXT,
    languages TEXT NOT NULL,
    -- The language of the mail where the inviter knows it; otherwise it is in both.
    language TEXT,
    -- Whether accepting it is enough, or the Secretariat approves.
    approved INTEGER NOT NULL,
    -- The appointment that ends when this one begins.
    replaces BLOB REFERENCES appointment (id),
    invited_by BLOB NOT NULL REFERENCES "user" (id),
    invited_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER
) STRICT;
CREATE INDEX invitation_email ON invitation (email_key);
CREATE INDEX invitation_replaces ON invitation (replaces);
CREATE INDEX invitation_invited_by ON invitation (invited_by);
