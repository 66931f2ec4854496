-- How often a thing was tried: one row a bucket and key, shared by every process and kept over restarts.
CREATE TABLE throttle (
    bucket smallint NOT NULL,
    -- A MAC of the address or the person: who fails to log in is not written down here.
    key bytea NOT NULL,
    failures integer NOT NULL,
    -- Of a bucket that counts failures: when the next try is let in. Of one that meters: the theoretical arrival time (GCRA).
    blocked_until timestamptz NOT NULL,
    -- From then on the row says nothing any more.
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, key)
) WITH (fillfactor = 70);
