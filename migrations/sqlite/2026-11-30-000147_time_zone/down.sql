ALTER TABLE "user" DROP COLUMN time_zone;
