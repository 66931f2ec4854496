-- By what people are sorted and found: the key of the name as a dictionary orders it, and the folded words of the name, each after a
-- space. Empty where an older program wrote the name: the program fills them in at its start.
ALTER TABLE "user" ADD COLUMN sort_name text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE "user" ADD COLUMN name_words text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN sort_name text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN name_words text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX user_sort_name ON "user" (sort_name, id);
CREATE INDEX invitation_sort_name ON invitation (sort_name, appointment_id);
-- An older program that renames or erases somebody leaves nothing of the name that went.
CREATE FUNCTION renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name AND NEW.sort_name = OLD.sort_name THEN
        NEW.sort_name := '';
        NEW.name_words := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER user_renamed BEFORE UPDATE OF name ON "user" FOR EACH ROW EXECUTE FUNCTION renamed();
CREATE TRIGGER invitation_renamed BEFORE UPDATE OF name ON invitation FOR EACH ROW EXECUTE FUNCTION renamed();
