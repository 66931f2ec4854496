-- The triggers fire for whoever applies changes as a replica does (session_replication_role), too.
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_append_only;
