-- What happened, for good: the database itself refuses to change or delete a row. People are named by id alone.
CREATE TABLE audit_entry (
    id uuid PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL,
    -- Who did it; null for somebody who is not logged in, and for the portal itself.
    actor_id uuid,
    -- Whom or what it was done to.
    subject_id uuid,
    organisation_id uuid,
    request_id text,
    -- The network the request came from: /24 of IPv4, /48 of IPv6.
    network text,
    detail jsonb
);
CREATE INDEX audit_entry_actor_id ON audit_entry (actor_id, id);
CREATE INDEX audit_entry_subject_id ON audit_entry (subject_id, id);
CREATE INDEX audit_entry_organisation_id ON audit_entry (organisation_id, id);
CREATE INDEX audit_entry_action ON audit_entry (action, id);

-- The chain: each link is a MAC over the entry and the link before.
CREATE TABLE audit_seal (
    position bigint PRIMARY KEY NOT NULL,
    entry_id uuid NOT NULL UNIQUE REFERENCES audit_entry (id),
    link bytea NOT NULL
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
