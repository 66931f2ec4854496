-- Which submissions a release counts, by their ids in the order of their organisations; null where it was published
-- before this was kept: then they are those of its instant.
ALTER TABLE survey_release ADD COLUMN counted TEXT;
