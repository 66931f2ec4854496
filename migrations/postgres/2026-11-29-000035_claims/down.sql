ALTER TABLE webhook_delivery DROP COLUMN claims;
DROP INDEX mail_suspect;
ALTER TABLE mail DROP COLUMN claims;
