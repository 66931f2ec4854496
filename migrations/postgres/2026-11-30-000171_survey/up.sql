-- What members or partner agencies are asked, again and again. The questions are in its versions.
CREATE TABLE survey (
    id uuid PRIMARY KEY NOT NULL,
    code text COLLATE "C" NOT NULL UNIQUE,
    audience text NOT NULL CHECK (audience IN ('member', 'partner')),
    -- By language.
    titles jsonb NOT NULL,
    -- The survey of the other audience that asks about the same concepts; written at the later one of both.
    paired_with uuid UNIQUE REFERENCES survey (id),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES "user" (id)
);
CREATE INDEX survey_created_by ON survey (created_by);
-- A questionnaire: a draft, then published and never changed again.
CREATE TABLE survey_version (
    survey_id uuid NOT NULL REFERENCES survey (id),
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'published')),
    -- The SHA-256 of the questionnaire, in hexadecimal digits; of what is published alone.
    sha256 text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL REFERENCES "user" (id),
    published_at timestamptz,
    published_by uuid REFERENCES "user" (id),
    -- Canonical JSON (RFC 8785), as text: a hash names these bytes. The last column, so that what stands
    -- before it is read without it.
    questionnaire text NOT NULL,
    PRIMARY KEY (survey_id, number),
    CHECK ((state = 'published') = (sha256 IS NOT NULL))
);
CREATE UNIQUE INDEX survey_version_draft ON survey_version (survey_id) WHERE state = 'draft';
CREATE INDEX survey_version_updated_by ON survey_version (updated_by);
CREATE INDEX survey_version_published_by ON survey_version (published_by);
-- What a file was read as. A plan becomes the draft of its survey as it is, once, or not at all.
CREATE TABLE survey_plan (
    id uuid PRIMARY KEY NOT NULL,
    survey_id uuid NOT NULL REFERENCES survey (id),
    made_by uuid NOT NULL REFERENCES "user" (id),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    committed_at timestamptz,
    -- As in survey_version; null where the file had no readable shape.
    questionnaire text,
    -- How many faults were told.
    faults integer NOT NULL,
    -- The SHA-256 of the draft that was there; null where there was none.
    draft_seen text
);
CREATE INDEX survey_plan_survey ON survey_plan (survey_id);
CREATE INDEX survey_plan_made_by ON survey_plan (made_by, id);
CREATE INDEX survey_plan_expires_at ON survey_plan (expires_at);
