-- What an older portal does not know, it can not take out.
DELETE FROM contact_set WHERE key ~ '^word:.*[^a-z0-9/]';
DROP INDEX contact_without_word_form;
ALTER TABLE contact DROP COLUMN word_form;
