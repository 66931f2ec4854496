-- Organisations (member administrations, the secretariat, partner agencies) and the list of technologies.
-- Reference data is loaded by the program from data/, so that both databases hold the same rows.
CREATE TABLE organisation (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('member', 'economic_union', 'secretariat', 'partner')),
    code text COLLATE "C" NOT NULL UNIQUE,
    name_en text NOT NULL,
    name_fr text NOT NULL,
    region text CHECK (region IN ('AMS', 'EUR', 'ESA', 'WCA', 'MENA', 'AP')),
    default_language text NOT NULL,
    -- The day of accession, YYYY-MM-DD; null where it lies before the records.
    member_since text,
    -- The English name without case and accents: the order of the list, on both databases alike.
    sort_name text COLLATE "C" NOT NULL,
    -- Both names and the code without case and accents: what a search looks through.
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX organisation_sort ON organisation (sort_name, id);

CREATE TABLE technology (
    code text COLLATE "C" PRIMARY KEY NOT NULL,
    name_en text NOT NULL,
    name_fr text NOT NULL,
    focus boolean NOT NULL,
    active boolean NOT NULL,
    position integer NOT NULL
);
