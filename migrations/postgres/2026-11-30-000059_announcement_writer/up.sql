-- Everybody who wrote a version of an announcement: none of them approves it, whoever changed it last.
CREATE TABLE announcement_writer (
    announcement_id uuid NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES "user" (id),
    PRIMARY KEY (announcement_id, user_id)
);
CREATE INDEX announcement_writer_user ON announcement_writer (user_id);
INSERT INTO announcement_writer (announcement_id, user_id) SELECT id, author_id FROM announcement;
