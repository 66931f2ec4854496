-- Whether what was asked for in a session is still its person's wish, where its end does not say so: true where the person left it, false
-- where it was ended from elsewhere or may be somebody else's. Null: as long as it is not revoked.
ALTER TABLE session ADD COLUMN trusted INTEGER;
-- The first session of the same login, where this one took the place of another by a proof of oneself. It may be deleted before this one.
ALTER TABLE session ADD COLUMN login_id BLOB;
-- Until when the row is kept although the session or token has ended: something is open that was granted with it.
ALTER TABLE session ADD COLUMN kept_until INTEGER;
ALTER TABLE api_token ADD COLUMN kept_until INTEGER;
-- The session in which a change of address was asked for.
ALTER TABLE one_time_token ADD COLUMN session_id BLOB;
