DROP INDEX response_assignment_remind_at;
ALTER TABLE response_assignment DROP COLUMN remind_at;
