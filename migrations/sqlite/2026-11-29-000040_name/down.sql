DROP INDEX user_previous_name;
ALTER TABLE "user" DROP COLUMN previous_name;
ALTER TABLE "user" DROP COLUMN name_changed_at;
