-- A row while the portal is under maintenance: nothing is changed, and what is refused says this text and this end.
CREATE TABLE maintenance_mode (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
