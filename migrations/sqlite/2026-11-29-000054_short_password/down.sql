ALTER TABLE "user" DROP COLUMN password_is_short;
