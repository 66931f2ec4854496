-- What is done in the background and of which nothing has come yet: counted before it is begun, deleted when it ends. What
-- stays here had its process end.
CREATE TABLE job_try (
    job TEXT NOT NULL,
    -- The row that it is about; zeros where it is about none.
    subject BLOB NOT NULL,
    tries INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    -- Since when it is not tried any more.
    set_aside_at INTEGER,
    PRIMARY KEY (job, subject)
) STRICT, WITHOUT ROWID;
