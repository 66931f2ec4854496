-- Announcements: one text a language, and one delivery a recipient.
CREATE TABLE announcement (
    id BLOB PRIMARY KEY NOT NULL,
    author_id BLOB NOT NULL REFERENCES "user" (id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'sent')),
    audience TEXT NOT NULL,
    default_language TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;
CREATE INDEX announcement_author ON announcement (author_id);
CREATE INDEX announcement_status ON announcement (status, id);

CREATE TABLE announcement_variant (
    announcement_id BLOB NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_markdown TEXT NOT NULL,
    PRIMARY KEY (announcement_id, language)
) STRICT;

-- Who was to get it, fixed at sending. The state of the sending itself is the mail's.
CREATE TABLE delivery (
    mail_id BLOB PRIMARY KEY NOT NULL REFERENCES mail (id),
    announcement_id BLOB NOT NULL REFERENCES announcement (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    UNIQUE (user_id, announcement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_announcement ON delivery (announcement_id, mail_id);
