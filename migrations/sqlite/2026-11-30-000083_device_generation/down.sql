ALTER TABLE "user" DROP COLUMN first_login_at;
ALTER TABLE "user" DROP COLUMN device_generation;
