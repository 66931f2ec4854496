-- The last name of one's own of somebody of the Secretariat who bears a name that only its people may bear. It is the
-- name again when the person is of the Secretariat no longer.
ALTER TABLE "user" ADD COLUMN own_name TEXT;
-- Since when somebody who has no other name bears such a name without being of the Secretariat. The directory does not
-- show the person.
ALTER TABLE "user" ADD COLUMN name_flagged_at INTEGER;
