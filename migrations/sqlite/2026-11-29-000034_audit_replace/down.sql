DROP TRIGGER audit_seal_no_replace;
DROP TRIGGER audit_entry_no_replace;
