-- How a person comes to stand in the directory: an application, an appointment, a contact.
CREATE TABLE registration (
    id BLOB PRIMARY KEY NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('unverified', 'pending', 'approved', 'rejected', 'superseded')),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    role TEXT NOT NULL CHECK (role IN ('ncp', 'coordinator')),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    -- Handed on to the user when the address is verified, and blanked here.
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    job_title TEXT,
    phone TEXT,
    languages TEXT NOT NULL,
    preferred_language TEXT NOT NULL,
    nominating_official TEXT,
    nomination_reference TEXT,
    -- Whom the verified application became.
    user_id BLOB REFERENCES "user" (id),
    created_at INTEGER NOT NULL,
    verified_at INTEGER,
    decided_at INTEGER,
    decided_by BLOB REFERENCES "user" (id),
    reason TEXT
) STRICT;
CREATE INDEX registration_status ON registration (status, id);
CREATE INDEX registration_organisation ON registration (organisation_id);
CREATE INDEX registration_email ON registration (email_key);
CREATE INDEX registration_user ON registration (user_id);
CREATE INDEX registration_decided_by ON registration (decided_by);

CREATE TABLE appointment (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    role TEXT NOT NULL
        CHECK (role IN ('secretariat', 'coordinator', 'ncp', 'contributor', 'partner', 'auditor')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'rejected', 'suspended', 'ended')),
    registration_id BLOB REFERENCES registration (id),
    valid_from INTEGER,
    valid_to INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX appointment_user ON appointment (user_id);
CREATE INDEX appointment_organisation ON appointment (organisation_id);
CREATE INDEX appointment_registration ON appointment (registration_id);
CREATE INDEX appointment_role ON appointment (role, status);

-- What the directory shows of an appointment. organisation_id, region and role repeat what stands elsewhere so that
-- one index gives one page in its order; listed says that the appointment is active.
CREATE TABLE contact (
    id BLOB PRIMARY KEY NOT NULL,
    appointment_id BLOB NOT NULL UNIQUE REFERENCES appointment (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    region TEXT,
    role TEXT NOT NULL,
    listed INTEGER NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    job_title TEXT,
    email TEXT NOT NULL,
    email_audience TEXT NOT NULL,
    phone TEXT,
    phone_audience TEXT NOT NULL,
    languages TEXT NOT NULL,
    technologies TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_page ON contact (listed, sort_name, id);
CREATE INDEX contact_page_region ON contact (listed, region, sort_name, id);
CREATE INDEX contact_page_organisation ON contact (organisation_id, listed, sort_name, id);
CREATE INDEX contact_user ON contact (user_id);

-- The inverted index of the directory: a row for each folded word of a contact, and for each of its languages and
-- technologies (as language:fr, technology:cloud).
CREATE TABLE contact_term (
    term TEXT NOT NULL,
    contact_id BLOB NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (term, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_term_contact ON contact_term (contact_id);

-- Secrets mailed to somebody, each good once: stored as SHA-256, never as they are.
CREATE TABLE one_time_token (
    hash BLOB PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify_address', 'reset_password', 'set_up')),
    user_id BLOB REFERENCES "user" (id) ON DELETE CASCADE,
    registration_id BLOB REFERENCES registration (id) ON DELETE CASCADE,
    -- For a set-up link: the name and address that the new administrator is to have.
    email TEXT,
    name TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX one_time_token_user ON one_time_token (user_id);
CREATE INDEX one_time_token_registration ON one_time_token (registration_id);
CREATE INDEX one_time_token_expiry ON one_time_token (expires_at);
