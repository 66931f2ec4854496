DROP INDEX delivery_digest;
ALTER TABLE delivery DROP COLUMN digest_at;
ALTER TABLE delivery DROP COLUMN digest_since;
DROP TABLE digest;
