-- The networks of entries of the audit log: apart from what is sealed, so that they can be deleted in time. Entries of before have theirs
-- in audit_entry, where nothing is changed any more.
CREATE TABLE audit_network (
    entry_id uuid PRIMARY KEY NOT NULL REFERENCES audit_entry (id),
    -- The network the request came from: /24 of IPv4, /48 of IPv6.
    network text NOT NULL
);
