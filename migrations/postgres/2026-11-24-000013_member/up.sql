-- What the Secretariat keeps of each member: status, languages, mail domains, other names, and what all of it was before.
ALTER TABLE organisation ADD COLUMN status text NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'suspended', 'hidden'));
-- Official languages, ISO 639-1.
ALTER TABLE organisation ADD COLUMN languages jsonb NOT NULL DEFAULT '[]';
-- Domains of official mail, in lower case.
ALTER TABLE organisation ADD COLUMN mail_domains jsonb NOT NULL DEFAULT '[]';
-- The first day on which it is no member any more, YYYY-MM-DD.
ALTER TABLE organisation ADD COLUMN left_on text;
-- The fields that the Secretariat has changed: reference data keep away from them for good.
ALTER TABLE organisation ADD COLUMN edited jsonb NOT NULL DEFAULT '[]';

CREATE TABLE organisation_alias (
    organisation_id uuid NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL,
    -- ISO 639-1, where it is known.
    language text,
    source text NOT NULL CHECK (source IN ('reference', 'secretariat')),
    PRIMARY KEY (organisation_id, position)
);

-- What a member was before each change. Region and status stand beside the rest for questions about a date.
CREATE TABLE organisation_history (
    id uuid PRIMARY KEY NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES "user" (id),
    fields jsonb NOT NULL,
    before jsonb NOT NULL,
    region text,
    status text NOT NULL
);
CREATE INDEX organisation_history_organisation ON organisation_history (organisation_id, id);
CREATE INDEX organisation_history_changed_by ON organisation_history (changed_by);
CREATE INDEX organisation_history_changed_at ON organisation_history (changed_at);

-- One row, counted up by whatever changes a name, so that every process knows when its index of names is old.
CREATE TABLE organisation_revision (
    id integer PRIMARY KEY NOT NULL CHECK (id = 1),
    revision bigint NOT NULL
);
INSERT INTO organisation_revision (id, revision) VALUES (1, 1);
