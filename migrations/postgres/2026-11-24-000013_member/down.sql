DROP TABLE organisation_revision;
DROP TABLE organisation_history;
DROP TABLE organisation_alias;
ALTER TABLE organisation DROP COLUMN edited;
ALTER TABLE organisation DROP COLUMN left_on;
ALTER TABLE organisation DROP COLUMN mail_domains;
ALTER TABLE organisation DROP COLUMN languages;
ALTER TABLE organisation DROP COLUMN status;
