-- What a sheet of people to be invited was judged to mean. A plan is carried out as it is, once, or not at all.
CREATE TABLE import_plan (
    id uuid PRIMARY KEY NOT NULL,
    made_by uuid NOT NULL REFERENCES "user" (id),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    committed_at timestamptz,
    -- Every row of the sheet: what becomes of it and why; of whoever is to be invited the form, and what it was judged by.
    rows jsonb NOT NULL
);
CREATE INDEX import_plan_made_by ON import_plan (made_by, id);
CREATE INDEX import_plan_expires_at ON import_plan (expires_at);
