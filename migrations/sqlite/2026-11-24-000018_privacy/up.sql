-- Erasing people on their wish or with time, and the key figures.
-- When the personal data is erased, where that was asked for; and when it was. An erased row keeps its id alone.
ALTER TABLE "user" ADD COLUMN erase_at INTEGER;
ALTER TABLE "user" ADD COLUMN erased_at INTEGER;
CREATE INDEX user_erase_at ON "user" (erase_at) WHERE erase_at IS NOT NULL AND erased_at IS NULL;

-- Who was erased: names nobody. No foreign key, since a backup that is restored may not have the person any more, or again.
CREATE TABLE erasure (
    user_id BLOB PRIMARY KEY NOT NULL,
    erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When what is personal about an appointment that is over was forgotten; null until then.
ALTER TABLE appointment ADD COLUMN forgotten_at INTEGER;
CREATE INDEX appointment_forget ON appointment (status, status_since) WHERE forgotten_at IS NULL;

-- An invitation's name and address were blanked.
ALTER TABLE invitation ADD COLUMN erased_at INTEGER;
CREATE INDEX invitation_forget ON invitation (expires_at) WHERE erased_at IS NULL;
CREATE INDEX session_network ON session (created_at) WHERE network IS NOT NULL;
-- To find what was mailed to an address, and mails whose readers are still named.
CREATE INDEX mail_to_address ON mail (to_address);
CREATE INDEX mail_named ON mail (created_at) WHERE to_address <> '';

-- The contacts of every member counted by role and confirmation, from the index alone.
CREATE INDEX contact_figures ON contact (listed, organisation_id, role, confirmation);
