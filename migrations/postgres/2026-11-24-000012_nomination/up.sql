-- Files that are kept outside the database: which there are, and which may go.
CREATE TABLE stored_object (
    id uuid PRIMARY KEY NOT NULL,
    created_at timestamptz NOT NULL,
    -- From when on it is deleted: a day after it was reserved, at once where it was released; null while a row names it.
    delete_after timestamptz
);
CREATE INDEX stored_object_due ON stored_object (delete_after) WHERE delete_after IS NOT NULL;

-- The evidence of an appointment: who nominated the person, in which letter, and the letter itself where it was handed in.
CREATE TABLE nomination (
    appointment_id uuid PRIMARY KEY NOT NULL REFERENCES appointment (id),
    official text,
    reference text,
    -- The day that the letter bears, as YYYY-MM-DD.
    dated text COLLATE "C",
    letter_id uuid UNIQUE REFERENCES stored_object (id),
    letter_type text COLLATE "C" CHECK (letter_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    letter_size integer,
    letter_sha256 bytea,
    letter_name text,
    uploaded_by uuid REFERENCES "user" (id),
    uploaded_at timestamptz,
    updated_at timestamptz NOT NULL
);
CREATE INDEX nomination_uploaded_by ON nomination (uploaded_by);

-- What applicants said of their nomination until now.
INSERT INTO nomination (appointment_id, official, reference, updated_at)
SELECT a.id, r.nominating_official, r.nomination_reference, a.updated_at
FROM appointment a JOIN registration r ON r.id = a.registration_id
WHERE r.nominating_official IS NOT NULL OR r.nomination_reference IS NOT NULL;
