ALTER TABLE one_time_token DROP COLUMN payload;
DELETE FROM one_time_token WHERE purpose NOT IN ('verify_address', 'reset_password', 'set_up');
ALTER TABLE one_time_token ADD CONSTRAINT one_time_token_purpose_check
    CHECK (purpose IN ('verify_address', 'reset_password', 'set_up'));
DROP TABLE passkey;
DROP TABLE recovery_code;
DROP TABLE totp;
