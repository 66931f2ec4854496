-- REPLACE deletes a row without firing the triggers of deletion, unless the connection asks for that (recursive_triggers). So
-- what is there can't be inserted again: not under its id or place, and not under its row's number either.
CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM audit_entry WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_seal_no_replace BEFORE INSERT ON audit_seal
WHEN EXISTS (SELECT 1 FROM audit_seal WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM audit_seal WHERE entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
