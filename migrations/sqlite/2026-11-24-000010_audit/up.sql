-- What happened, for good: the database itself refuses to change or delete a row. People are named by id alone.
CREATE TABLE audit_entry (
    id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    -- Who did it; null for somebody who is not logged in, and for the portal itself.
    actor_id BLOB,
    -- Whom or what it was done to.
    subject_id BLOB,
    organisation_id BLOB,
    request_id TEXT,
    -- The network the request came from: /24 of IPv4, /48 of IPv6.
    network TEXT,
    detail TEXT
) STRICT;
CREATE INDEX audit_entry_actor_id ON audit_entry (actor_id, id);
CREATE INDEX audit_entry_subject_id ON audit_entry (subject_id, id);
CREATE INDEX audit_entry_organisation_id ON audit_entry (organisation_id, id);
CREATE INDEX audit_entry_action ON audit_entry (action, id);

-- The chain: each link is a MAC over the entry and the link before.
CREATE TABLE audit_seal (
    position INTEGER PRIMARY KEY NOT NULL,
    entry_id BLOB NOT NULL UNIQUE REFERENCES audit_entry (id),
    link BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
