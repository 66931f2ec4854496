-- Reading in the portal: what is unread and who has acknowledged. Mails that are long over are kept as counts alone.
CREATE INDEX delivery_unread ON delivery (user_id, announcement_id) WHERE read_at IS NULL;
CREATE INDEX delivery_acknowledged ON delivery (announcement_id, user_id) WHERE acknowledged_at IS NOT NULL;
-- When its mails were deleted. What they came to stands in the counts.
ALTER TABLE mail_batch ADD COLUMN collapsed_at timestamptz;
CREATE INDEX mail_batch_kept ON mail_batch (finished_at) WHERE finished_at IS NOT NULL AND collapsed_at IS NULL;
