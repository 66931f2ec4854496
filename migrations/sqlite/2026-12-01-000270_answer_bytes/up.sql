-- How much a response holds: the bytes of its present answers, and of all values of its history. They bound what is added.
ALTER TABLE response ADD COLUMN answer_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE response ADD COLUMN history_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE response SET
    answer_bytes = COALESCE((SELECT SUM(octet_length(value)) FROM answer WHERE answer.response_id = response.id), 0),
    history_bytes =
        COALESCE((SELECT SUM(octet_length(value)) FROM answer_history WHERE answer_history.response_id = response.id), 0);
