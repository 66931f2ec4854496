DROP INDEX mail_reported;
ALTER TABLE mail_batch DROP COLUMN complaints;
ALTER TABLE mail_batch DROP COLUMN bounced;
