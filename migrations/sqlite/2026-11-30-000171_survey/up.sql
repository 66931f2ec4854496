-- What members or partner agencies are asked, again and again. The questions are in its versions.
CREATE TABLE survey (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    audience TEXT NOT NULL CHECK (audience IN ('member', 'partner')),
    -- By language.
    titles TEXT NOT NULL,
    -- The survey of the other audience that asks about the same concepts; written at the later one of both.
    paired_with BLOB UNIQUE REFERENCES survey (id),
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES "user" (id)
) STRICT;
CREATE INDEX survey_created_by ON survey (created_by);
-- A questionnaire: a draft, then published and never changed again.
CREATE TABLE survey_version (
    survey_id BLOB NOT NULL REFERENCES survey (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published')),
    -- The SHA-256 of the questionnaire, in hexadecimal digits; of what is published alone.
    sha256 TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL REFERENCES "user" (id),
    published_at INTEGER,
    published_by BLOB REFERENCES "user" (id),
    -- Canonical JSON (RFC 8785), as text: a hash names these bytes. The last column, so that what stands
    -- before it is read without it.
    questionnaire TEXT NOT NULL,
    PRIMARY KEY (survey_id, number),
    CHECK ((state = 'published') = (sha256 IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX survey_version_draft ON survey_version (survey_id) WHERE state = 'draft';
CREATE INDEX survey_version_updated_by ON survey_version (updated_by);
CREATE INDEX survey_version_published_by ON survey_version (published_by);
-- What a file was read as. A plan becomes the draft of its survey as it is, once, or not at all.
CREATE TABLE survey_plan (
    id BLOB PRIMARY KEY NOT NULL,
    survey_id BLOB NOT NULL REFERENCES survey (id),
    made_by BLOB NOT NULL REFERENCES "user" (id),
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    committed_at INTEGER,
    -- As in survey_version; null where the file had no readable shape.
    questionnaire TEXT,
    -- How many faults were told.
    faults INTEGER NOT NULL,
    -- The SHA-256 of the draft that was there; null where there was none.
    draft_seen TEXT
) STRICT;
CREATE INDEX survey_plan_survey ON survey_plan (survey_id);
CREATE INDEX survey_plan_made_by ON survey_plan (made_by, id);
CREATE INDEX survey_plan_expires_at ON survey_plan (expires_at);
