-- By which rules the words of a contact were indexed. Null where they have no variants yet, which the next start gives them.
ALTER TABLE contact ADD COLUMN word_form smallint;
CREATE INDEX contact_without_word_form ON contact (id) WHERE word_form IS NULL;
