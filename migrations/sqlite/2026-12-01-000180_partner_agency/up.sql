-- A partner agency belongs to a member; other organisations to none.
ALTER TABLE organisation ADD COLUMN belongs_to BLOB REFERENCES organisation (id);
CREATE INDEX organisation_belongs_to ON organisation (belongs_to);
