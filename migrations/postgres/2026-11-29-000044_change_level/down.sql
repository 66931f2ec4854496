DELETE FROM change WHERE level > 0;
ALTER TABLE change DROP CONSTRAINT change_pkey;
ALTER TABLE change ADD PRIMARY KEY (kind, id);
ALTER TABLE change DROP COLUMN level;
