DROP TRIGGER invitation_renamed ON invitation;
DROP TRIGGER user_renamed ON "user";
DROP FUNCTION renamed();
DROP INDEX invitation_sort_name;
DROP INDEX user_sort_name;
ALTER TABLE invitation DROP COLUMN name_words;
ALTER TABLE invitation DROP COLUMN sort_name;
ALTER TABLE "user" DROP COLUMN name_words;
ALTER TABLE "user" DROP COLUMN sort_name;
