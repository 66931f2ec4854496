-- By what people are sorted and found: the key of the name as a dictionary orders it, and the folded words of the name, each after a
-- space. Empty where an older program wrote the name: the program fills them in at its start.
ALTER TABLE "user" ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE "user" ADD COLUMN name_words TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN name_words TEXT NOT NULL DEFAULT '';
CREATE INDEX user_sort_name ON "user" (sort_name, id);
CREATE INDEX invitation_sort_name ON invitation (sort_name, appointment_id);
-- An older program that renames or erases somebody leaves nothing of the name that went.
CREATE TRIGGER user_renamed AFTER UPDATE OF name ON "user"
WHEN NEW.name <> OLD.name AND NEW.sort_name = OLD.sort_name
BEGIN UPDATE "user" SET sort_name = '', name_words = '' WHERE id = NEW.id; END;

CREATE TRIGGER invitation_renamed AFTER UPDATE OF name ON invitation
WHEN NEW.name <> OLD.name AND NEW.sort_name = OLD.sort_name
BEGIN UPDATE invitation SET sort_name = '', name_words = '' WHERE appointment_id = NEW.appointment_id; END;
