-- Which technologies an organisation uses or means to use, as its coordinators say.
CREATE TABLE adoption (
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    technology_code TEXT NOT NULL REFERENCES technology (code),
    status TEXT NOT NULL
        CHECK (status IN ('none', 'considering', 'planned', 'under_development', 'in_use', 'retired')),
    -- YYYY, YYYY-MM or YYYY-MM-DD: as exactly as it is known.
    since TEXT,
    willing_to_share INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL REFERENCES "user" (id),
    PRIMARY KEY (organisation_id, technology_code)
) STRICT, WITHOUT ROWID;
CREATE INDEX adoption_technology ON adoption (technology_code, status, willing_to_share, organisation_id);
CREATE INDEX adoption_updated_by ON adoption (updated_by);
