-- Which technologies an organisation uses or means to use, as its coordinators say.
CREATE TABLE adoption (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    technology_code text COLLATE "C" NOT NULL REFERENCES technology (code),
    status text NOT NULL
        CHECK (status IN ('none', 'considering', 'planned', 'under_development', 'in_use', 'retired')),
    -- YYYY, YYYY-MM or YYYY-MM-DD: as exactly as it is known.
    since text,
    willing_to_share boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL REFERENCES "user" (id),
    PRIMARY KEY (organisation_id, technology_code)
);
CREATE INDEX adoption_technology ON adoption (technology_code, status, willing_to_share, organisation_id);
CREATE INDEX adoption_updated_by ON adoption (updated_by);
