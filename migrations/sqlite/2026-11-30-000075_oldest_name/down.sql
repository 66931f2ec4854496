ALTER TABLE "user" DROP COLUMN oldest_name;
