-- A row while the portal is under maintenance: nothing is changed, and what is refused says this text and this end.
CREATE TABLE maintenance_mode (
    id smallint PRIMARY KEY NOT NULL CHECK (id = 1),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    text text NOT NULL
);
