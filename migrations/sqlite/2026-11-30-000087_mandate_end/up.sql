-- Who of the Secretariat set the end of the mandate: a coordinator does not change it then. Null where the organisation
-- or the person did, or nobody.
ALTER TABLE appointment ADD COLUMN end_set_by BLOB REFERENCES "user" (id);
CREATE INDEX appointment_end_set_by ON appointment (end_set_by);
