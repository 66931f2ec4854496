DROP INDEX response_approved;
ALTER TABLE response DROP COLUMN cancelled_cause;
ALTER TABLE response DROP COLUMN approved_shares;
ALTER TABLE response DROP COLUMN approved_with;
