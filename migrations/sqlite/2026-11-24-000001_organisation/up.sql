-- Organisations (member administrations, the secretariat, partner agencies) and the list of technologies.
-- Reference data is loaded by the program from data/, so that both databases hold the same rows.
CREATE TABLE organisation (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'economic_union', 'secretariat', 'partner')),
    code TEXT NOT NULL UNIQUE,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    region TEXT CHECK (region IN ('AMS', 'EUR', 'ESA', 'WCA', 'MENA', 'AP')),
    default_language TEXT NOT NULL,
    -- The day of accession, YYYY-MM-DD; null where it lies before the records.
    member_since TEXT,
    -- The English name without case and accents: the order of the list, on both databases alike.
    sort_name TEXT NOT NULL,
    -- Both names and the code without case and accents: what a search looks through.
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_sort ON organisation (sort_name, id);

CREATE TABLE technology (
    code TEXT PRIMARY KEY NOT NULL,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    focus INTEGER NOT NULL,
    active INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;
