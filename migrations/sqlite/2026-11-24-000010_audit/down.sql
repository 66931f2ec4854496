DROP TABLE audit_seal;
DROP TABLE audit_entry;
