DROP TABLE invitation;
ALTER TABLE contact DROP COLUMN confirmed_at;
ALTER TABLE contact DROP COLUMN confirmation;
DELETE FROM appointment WHERE user_id IS NULL;
UPDATE appointment SET status = CASE status
    WHEN 'incomplete' THEN 'pending' WHEN 'unconfirmed' THEN 'active' WHEN 'lapsed' THEN 'rejected'
    ELSE 'ended' END
    WHERE status NOT IN ('pending', 'active', 'rejected', 'suspended', 'ended');
DROP INDEX appointment_due_at;
DROP INDEX appointment_status;
DROP INDEX appointment_decided_by;
DROP INDEX appointment_replaced_by;
DROP INDEX appointment_organisation;
CREATE INDEX appointment_organisation ON appointment (organisation_id);
ALTER TABLE appointment DROP COLUMN due_at;
ALTER TABLE appointment DROP COLUMN checked_at;
ALTER TABLE appointment DROP COLUMN replaced_by;
ALTER TABLE appointment DROP COLUMN reason;
ALTER TABLE appointment DROP COLUMN decided_at;
ALTER TABLE appointment DROP COLUMN decided_by;
ALTER TABLE appointment DROP COLUMN confirm_by;
ALTER TABLE appointment DROP COLUMN confirmed_at;
ALTER TABLE appointment DROP COLUMN status_since;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(replace(sql,
    'status IN (''invited'', ''incomplete'', ''pending'', ''active'', ''unconfirmed'', ''suspended'', ''rejected'', ''lapsed'', ''expired'', ''replaced'', ''ended'', ''withdrawn'')',
    'status IN (''pending'', ''active'', ''rejected'', ''suspended'', ''ended'')'),
    'user_id BLOB REFERENCES', 'user_id BLOB NOT NULL REFERENCES')
    WHERE type = 'table' AND name = 'appointment';
PRAGMA writable_schema = RESET;
