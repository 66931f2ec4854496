-- Hand-overs under way: predecessor and successor are both in force until a day. Who began one is asked for again on that day;
-- where that person may not hand over any more, it is cancelled and the mandate has its end of before.
CREATE TABLE hand_over (
    -- The predecessor's appointment.
    appointment_id BLOB PRIMARY KEY NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    begun_by BLOB NOT NULL REFERENCES "user" (id),
    begun_at INTEGER NOT NULL,
    -- The end that the mandate had before, and the one that it has by the hand-over.
    valid_to_before INTEGER,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX hand_over_begun_by ON hand_over (begun_by);
