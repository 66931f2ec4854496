-- The time zone in which pages show times to the person, by its name in the IANA database. Null where none was chosen: UTC.
ALTER TABLE "user" ADD COLUMN time_zone TEXT;
