-- When a contact last changed for the whole community; updated_at is when anything of it did, hidden or not.
ALTER TABLE contact ADD COLUMN shown_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE contact SET shown_at = updated_at;
CREATE INDEX contact_shown ON contact (listed, shown_at, id, number);
-- Hidden members, who are few, are looked up with every question.
CREATE INDEX organisation_hidden ON organisation (status) WHERE status = 'hidden';
