-- Which programs may run on this schema: for each migration, the newest migration that a program must know at least.
-- The program that applies a migration writes its row, as migrations/notes.toml says.
CREATE TABLE __schema_compatibility (
    version text COLLATE "C" PRIMARY KEY,
    oldest text COLLATE "C" NOT NULL
);
