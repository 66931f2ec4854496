-- What the Secretariat keeps of each member: status, languages, mail domains, other names, and what all of it was before.
ALTER TABLE organisation ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'suspended', 'hidden'));
-- Official languages, ISO 639-1.
ALTER TABLE organisation ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
-- Domains of official mail, in lower case.
ALTER TABLE organisation ADD COLUMN mail_domains TEXT NOT NULL DEFAULT '[]';
-- The first day on which it is no member any more, YYYY-MM-DD.
ALTER TABLE organisation ADD COLUMN left_on TEXT;
-- The fields that the Secretariat has changed: reference data keep away from them for good.
ALTER TABLE organisation ADD COLUMN edited TEXT NOT NULL DEFAULT '[]';

CREATE TABLE organisation_alias (
    organisation_id BLOB NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- ISO 639-1, where it is known.
    language TEXT,
    source TEXT NOT NULL CHECK (source IN ('reference', 'secretariat')),
    PRIMARY KEY (organisation_id, position)
) STRICT, WITHOUT ROWID;

-- What a member was before each change. Region and status stand beside the rest for questions about a date.
CREATE TABLE organisation_history (
    id BLOB PRIMARY KEY NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    changed_at INTEGER NOT NULL,
    changed_by BLOB NOT NULL REFERENCES "user" (id),
    fields TEXT NOT NULL,
    before TEXT NOT NULL,
    region TEXT,
    status TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_history_organisation ON organisation_history (organisation_id, id);
CREATE INDEX organisation_history_changed_by ON organisation_history (changed_by);
CREATE INDEX organisation_history_changed_at ON organisation_history (changed_at);

-- One row, counted up by whatever changes a name, so that every process knows when its index of names is old.
CREATE TABLE organisation_revision (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO organisation_revision (id, revision) VALUES (1, 1);
