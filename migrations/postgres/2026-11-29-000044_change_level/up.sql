-- A change that not everybody may see has a row of its own, with the level of the fields that changed: 0 for the whole community,
-- 1 the region, 2 the organisation, 3 the Secretariat.
ALTER TABLE change ADD COLUMN level smallint NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 3);
ALTER TABLE change DROP CONSTRAINT change_pkey;
ALTER TABLE change ADD PRIMARY KEY (kind, id, level);
