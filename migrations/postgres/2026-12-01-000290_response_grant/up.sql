-- An approval is a grant: with which session it was given, and whether it lets the members see the answers. Where that session was revoked since, or
-- its giver signs no longer, somebody else approves. Null where it was given by an earlier version.
ALTER TABLE response ADD COLUMN approved_with uuid;
ALTER TABLE response ADD COLUMN approved_shares boolean NOT NULL DEFAULT false;
-- Why an approval ended; null for a changed answer that an earlier version has recorded.
ALTER TABLE response ADD COLUMN cancelled_cause TEXT CHECK (cancelled_cause IN ('edited', 'approver_left', 'credential_revoked'));
-- For the review of grants, each minute.
CREATE INDEX response_approved ON response (organisation_id) WHERE state = 'approved';
