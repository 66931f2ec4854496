-- How a person comes to stand in the directory: an application, an appointment, a contact.
CREATE TABLE registration (
    id uuid PRIMARY KEY NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('unverified', 'pending', 'approved', 'rejected', 'superseded')),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    role text NOT NULL CHECK (role IN ('ncp', 'coordinator')),
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    -- Handed on to the user when the address is verified, and blanked here.
    password_hash text NOT NULL,
    name text NOT NULL,
    job_title text,
    phone text,
    languages jsonb NOT NULL,
    preferred_language text NOT NULL,
    nominating_official text,
    nomination_reference text,
    -- Whom the verified application became.
    user_id uuid REFERENCES "user" (id),
    created_at timestamptz NOT NULL,
    verified_at timestamptz,
    decided_at timestamptz,
    decided_by uuid REFERENCES "user" (id),
    reason text
);
CREATE INDEX registration_status ON registration (status, id);
CREATE INDEX registration_organisation ON registration (organisation_id);
CREATE INDEX registration_email ON registration (email_key);
CREATE INDEX registration_user ON registration (user_id);
CREATE INDEX registration_decided_by ON registration (decided_by);

CREATE TABLE appointment (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES "user" (id),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    role text NOT NULL
        CHECK (role IN ('secretariat', 'coordinator', 'ncp', 'contributor', 'partner', 'auditor')),
    status text NOT NULL CHECK (status IN ('pending', 'active', 'rejected', 'suspended', 'ended')),
    registration_id uuid REFERENCES registration (id),
    valid_from timestamptz,
    valid_to timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX appointment_user ON appointment (user_id);
CREATE INDEX appointment_organisation ON appointment (organisation_id);
CREATE INDEX appointment_registration ON appointment (registration_id);
CREATE INDEX appointment_role ON appointment (role, status);

-- What the directory shows of an appointment. organisation_id, region and role repeat what stands elsewhere so that
-- one index gives one page in its order; listed says that the appointment is active.
CREATE TABLE contact (
    id uuid PRIMARY KEY NOT NULL,
    appointment_id uuid NOT NULL UNIQUE REFERENCES appointment (id),
    user_id uuid NOT NULL REFERENCES "user" (id),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    region text COLLATE "C",
    role text COLLATE "C" NOT NULL,
    listed boolean NOT NULL,
    name text NOT NULL,
    sort_name text COLLATE "C" NOT NULL,
    job_title text,
    email text NOT NULL,
    email_audience text NOT NULL,
    phone text,
    phone_audience text NOT NULL,
    languages jsonb NOT NULL,
    technologies jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX contact_page ON contact (listed, sort_name, id);
CREATE INDEX contact_page_region ON contact (listed, region, sort_name, id);
CREATE INDEX contact_page_organisation ON contact (organisation_id, listed, sort_name, id);
CREATE INDEX contact_user ON contact (user_id);

-- The inverted index of the directory: a row for each folded word of a contact, and for each of its languages and
-- technologies (as language:fr, technology:cloud).
CREATE TABLE contact_term (
    term text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (term, contact_id)
);
CREATE INDEX contact_term_contact ON contact_term (contact_id);

-- Secrets mailed to somebody, each good once: stored as SHA-256, never as they are.
CREATE TABLE one_time_token (
    hash bytea PRIMARY KEY NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify_address', 'reset_password', 'set_up')),
    user_id uuid REFERENCES "user" (id) ON DELETE CASCADE,
    registration_id uuid REFERENCES registration (id) ON DELETE CASCADE,
    -- For a set-up link: the name and address that the new administrator is to have.
    email text,
    name text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_token_user ON one_time_token (user_id);
CREATE INDEX one_time_token_registration ON one_time_token (registration_id);
CREATE INDEX one_time_token_expiry ON one_time_token (expires_at);
