-- What was approved last, texts and audience, so that the next approver sees what has changed since. Null where nothing was yet.
ALTER TABLE announcement ADD COLUMN approved_draft jsonb;
