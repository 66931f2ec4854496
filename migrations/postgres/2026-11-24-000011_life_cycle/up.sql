-- The life cycle of appointments: more states, what the clock has to do, invitations that nobody has answered yet.
ALTER TABLE appointment ADD COLUMN status_since timestamptz NOT NULL DEFAULT now();
ALTER TABLE appointment ADD COLUMN confirmed_at timestamptz;
-- By when the contact is to be confirmed next.
ALTER TABLE appointment ADD COLUMN confirm_by timestamptz;
-- Who decided last, when, and what was said; the person reads it.
ALTER TABLE appointment ADD COLUMN decided_by uuid REFERENCES "user" (id);
ALTER TABLE appointment ADD COLUMN decided_at timestamptz;
ALTER TABLE appointment ADD COLUMN reason text;
-- The successor. Where the appointment is still in force, it is until valid_to.
ALTER TABLE appointment ADD COLUMN replaced_by uuid REFERENCES appointment (id);
-- Up to when the timetable was worked off, and when its next step is due.
ALTER TABLE appointment ADD COLUMN checked_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE appointment ADD COLUMN due_at timestamptz;

UPDATE appointment SET status_since = updated_at, checked_at = updated_at;
UPDATE appointment SET confirmed_at = updated_at, confirm_by = updated_at + interval '365 days', due_at = updated_at + interval '335 days'
    WHERE status = 'active' AND role IN ('coordinator', 'ncp', 'contributor');
UPDATE appointment SET due_at = updated_at + interval '7 days' WHERE status = 'pending';
UPDATE appointment SET decided_by = r.decided_by, decided_at = r.decided_at, reason = r.reason
    FROM registration r WHERE r.id = appointment.registration_id;

CREATE INDEX appointment_due_at ON appointment (due_at);
CREATE INDEX appointment_status ON appointment (status, id);
CREATE INDEX appointment_decided_by ON appointment (decided_by);
CREATE INDEX appointment_replaced_by ON appointment (replaced_by);
DROP INDEX appointment_organisation;
CREATE INDEX appointment_organisation ON appointment (organisation_id, id);

ALTER TABLE appointment DROP CONSTRAINT appointment_status_check;
ALTER TABLE appointment ADD CONSTRAINT appointment_status_check CHECK (status IN ('invited', 'incomplete', 'pending', 'active',
    'unconfirmed', 'suspended', 'rejected', 'lapsed', 'expired', 'replaced', 'ended', 'withdrawn'));
ALTER TABLE appointment ALTER COLUMN user_id DROP NOT NULL;

-- What the directory says of the confirmation: confirmed, due or unconfirmed; and when it last was.
ALTER TABLE contact ADD COLUMN confirmation text NOT NULL DEFAULT 'confirmed';
ALTER TABLE contact ADD COLUMN confirmed_at timestamptz;
UPDATE contact SET confirmed_at = (SELECT a.confirmed_at FROM appointment a WHERE a.id = appointment_id);

-- Whom an invitation is for. When it is accepted the person has an account and a contact, and this is the record of it.
CREATE TABLE invitation (
    appointment_id uuid PRIMARY KEY NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    -- SHA-256 of the secret in the mailed link; null once it is used or withdrawn.
    token_hash bytea UNIQUE,
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    name text NOT NULL,
    job_title text,
    phone text,
    languages jsonb NOT NULL,
    -- The language of the mail where the inviter knows it; otherwise it is in both.
    language text,
    -- Whether accepting it is enough, or the Secretariat approves.
    approved boolean NOT NULL,
    -- The appointment that ends when this one begins.
    replaces uuid REFERENCES appointment (id),
    invited_by uuid NOT NULL REFERENCES "user" (id),
    invited_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz
);
CREATE INDEX invitation_email ON invitation (email_key);
CREATE INDEX invitation_replaces ON invitation (replaces);
CREATE INDEX invitation_invited_by ON invitation (invited_by);
