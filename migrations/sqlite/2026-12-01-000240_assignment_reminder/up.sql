-- When the portal looks at an assignment next, to remind of the day by which it is due; null where it reminds no more.
ALTER TABLE response_assignment ADD COLUMN remind_at INTEGER;
-- What was assigned before is looked at once, and gets the instant that follows from its day.
UPDATE response_assignment SET remind_at = assigned_at WHERE due_on IS NOT NULL;
CREATE INDEX response_assignment_remind_at ON response_assignment (remind_at) WHERE remind_at IS NOT NULL;
