-- The password of an account is chosen behind the verified link: what came with an application is forgotten. The column stays
-- for a portal of before, which may still run beside this one, and is empty from now on.
UPDATE registration SET password_hash = '' WHERE password_hash <> '';
