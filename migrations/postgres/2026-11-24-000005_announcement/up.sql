-- Announcements: one text a language, and one delivery a recipient.
CREATE TABLE announcement (
    id uuid PRIMARY KEY NOT NULL,
    author_id uuid NOT NULL REFERENCES "user" (id),
    status text NOT NULL CHECK (status IN ('draft', 'sent')),
    audience jsonb NOT NULL,
    default_language text NOT NULL,
    recipients integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX announcement_author ON announcement (author_id);
CREATE INDEX announcement_status ON announcement (status, id);

CREATE TABLE announcement_variant (
    announcement_id uuid NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    language text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    body_markdown text NOT NULL,
    PRIMARY KEY (announcement_id, language)
);

-- Who was to get it, fixed at sending. The state of the sending itself is the mail's.
CREATE TABLE delivery (
    mail_id uuid PRIMARY KEY NOT NULL REFERENCES mail (id),
    announcement_id uuid NOT NULL REFERENCES announcement (id),
    user_id uuid NOT NULL REFERENCES "user" (id),
    UNIQUE (user_id, announcement_id)
);
CREATE INDEX delivery_announcement ON delivery (announcement_id, mail_id);
