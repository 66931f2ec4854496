ALTER TABLE "user" DROP COLUMN name_flagged_at;
ALTER TABLE "user" DROP COLUMN own_name;
