DROP INDEX mail_batch_kept;
ALTER TABLE mail_batch DROP COLUMN collapsed_at;
DROP INDEX delivery_acknowledged;
DROP INDEX delivery_unread;
