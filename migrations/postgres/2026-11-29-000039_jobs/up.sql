-- What is done in the background and of which nothing has come yet: counted before it is begun, deleted when it ends. What
-- stays here had its process end.
CREATE TABLE job_try (
    job text NOT NULL,
    -- The row that it is about; zeros where it is about none.
    subject uuid NOT NULL,
    tries integer NOT NULL,
    begun_at timestamptz NOT NULL,
    -- Since when it is not tried any more.
    set_aside_at timestamptz,
    PRIMARY KEY (job, subject)
);
