DROP TABLE mail_score;
ALTER TABLE mail DROP COLUMN bounce_diagnostic;
ALTER TABLE mail DROP COLUMN bounce_status;
ALTER TABLE mail DROP COLUMN bounce_kind;
ALTER TABLE mail DROP COLUMN bounced_at;
