-- How fast announcements leave: in all (scope *) or for one domain.
CREATE TABLE mail_pace (
    scope TEXT PRIMARY KEY NOT NULL,
    per_minute INTEGER CHECK (per_minute > 0),
    connections INTEGER CHECK (connections > 0),
    changed_at INTEGER NOT NULL
) STRICT;

-- The processes that send, which share that pace.
CREATE TABLE mail_sender (
    id BLOB PRIMARY KEY NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
