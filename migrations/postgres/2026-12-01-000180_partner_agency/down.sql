DROP INDEX organisation_belongs_to;
ALTER TABLE organisation DROP COLUMN belongs_to;
