DROP INDEX mail_batch_turned_back;
ALTER TABLE mail_batch DROP COLUMN warned_at;
ALTER TABLE mail_batch DROP COLUMN weighed;
ALTER TABLE mail_batch DROP COLUMN turned_back;
ALTER TABLE mail DROP COLUMN bounce_cause;
