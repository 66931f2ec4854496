ALTER TABLE one_time_token DROP COLUMN session_id;
ALTER TABLE api_token DROP COLUMN kept_until;
ALTER TABLE session DROP COLUMN kept_until;
ALTER TABLE session DROP COLUMN login_id;
ALTER TABLE session DROP COLUMN trusted;
