ALTER TABLE audit_seal ENABLE TRIGGER audit_seal_append_only;
ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only;
