-- How many reports that nobody understood were not kept, or not for the whole time, because there were too many: by the day.
CREATE TABLE unread_left_out (
    -- Its first instant.
    day INTEGER NOT NULL PRIMARY KEY,
    reports INTEGER NOT NULL
) STRICT;
