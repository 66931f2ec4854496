-- Why the portal held or paused an announcement, or does not pause it again: a code. Null where a person decided, whose words are in
-- `reason`. A portal before this one wrote its codes into `reason` as well, where nobody could tell them from words of a person: those
-- of announcements that are held, which only the portal does, are taken over, and those of paused and resumed ones, which stop a portal
-- from halting them twice.
ALTER TABLE announcement ADD COLUMN cause TEXT;
UPDATE announcement SET cause = reason
WHERE (status = 'held' AND reason IN ('overdue', 'set_aside', 'planner_left', 'approver_left', 'plan_revoked', 'approval_revoked',
        'no_recipients', 'approval_needed', 'public_approval_needed', 'content_changed', 'language_missing'))
    OR (status IN ('sending', 'paused') AND reason IN ('many_failures', 'many_turned_back', 'set_aside', 'overruled'));
