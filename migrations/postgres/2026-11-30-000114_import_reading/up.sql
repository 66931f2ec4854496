-- How the sheet was read, without any cell of it, so that the page of a plan says so. Null for plans of before.
ALTER TABLE import_plan ADD COLUMN reading jsonb;
