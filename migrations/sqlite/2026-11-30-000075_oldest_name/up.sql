-- The first of the names that somebody had within the days in which the name before is shown: it is the name itself where somebody
-- changed it and changed it back. Null where the name before is the first.
ALTER TABLE "user" ADD COLUMN oldest_name TEXT;
