-- How often the devices and places were forgotten from which somebody had logged in. The cookie of a device holds the number
-- of its time.
ALTER TABLE "user" ADD COLUMN device_generation integer NOT NULL DEFAULT 0;
-- When somebody logged in for the first time, as far as that is known: places of logins are forgotten, and this is not.
ALTER TABLE "user" ADD COLUMN first_login_at timestamptz;
UPDATE "user"
SET first_login_at = coalesce(
    (SELECT min(at) FROM audit_entry WHERE actor_id = "user".id AND action = 'login'),
    created_at
)
WHERE erased_at IS NULL AND (
    EXISTS (SELECT 1 FROM audit_entry WHERE actor_id = "user".id AND action = 'login')
    OR EXISTS (SELECT 1 FROM device WHERE user_id = "user".id)
    OR EXISTS (SELECT 1 FROM session WHERE user_id = "user".id)
);
