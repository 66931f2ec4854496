ALTER TABLE passkey DROP COLUMN suspended_reason;
ALTER TABLE passkey DROP COLUMN suspended_at;
