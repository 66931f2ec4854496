-- How fast announcements leave: in all (scope *) or for one domain.
CREATE TABLE mail_pace (
    scope text COLLATE "C" PRIMARY KEY NOT NULL,
    per_minute integer CHECK (per_minute > 0),
    connections integer CHECK (connections > 0),
    changed_at timestamptz NOT NULL
);

-- The processes that send, which share that pace.
CREATE TABLE mail_sender (
    id uuid PRIMARY KEY NOT NULL,
    seen_at timestamptz NOT NULL
);
