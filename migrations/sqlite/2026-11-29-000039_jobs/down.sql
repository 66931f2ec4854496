DROP TABLE job_try;
