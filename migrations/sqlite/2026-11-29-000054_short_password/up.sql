-- Whether the password was chosen by the shorter rule, which holds where a second factor stands beside it. Null where that is not
-- known: it is found out when somebody logs in with it.
ALTER TABLE "user" ADD COLUMN password_is_short INTEGER;
-- What two factors proved of people who have none any more is proven by a password alone.
UPDATE session SET level = 'password' WHERE level = 'two_factor'
    AND NOT EXISTS (SELECT 1 FROM totp WHERE totp.user_id = session.user_id AND totp.confirmed_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = session.user_id);
UPDATE api_token SET level = 'password' WHERE level = 'two_factor'
    AND NOT EXISTS (SELECT 1 FROM totp WHERE totp.user_id = api_token.user_id AND totp.confirmed_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = api_token.user_id);
