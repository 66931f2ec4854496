-- Since when and why a passkey logs nobody in. Null where it does.
ALTER TABLE passkey ADD COLUMN suspended_at timestamptz;
ALTER TABLE passkey ADD COLUMN suspended_reason text
    CHECK (suspended_reason IN ('counter_went_back', 'backup_impossible'));
