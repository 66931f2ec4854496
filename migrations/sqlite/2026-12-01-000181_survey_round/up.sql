-- A round: one version of a survey is put to the organisations of its frame, from one instant to another.
CREATE TABLE survey_round (
    id BLOB PRIMARY KEY NOT NULL,
    survey_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed', 'cancelled')),
    opens_at INTEGER NOT NULL,
    -- The first deadline: the first instant at which no response is accepted. Later ones are in round_deadline.
    closes_at INTEGER NOT NULL,
    -- The name of the time zone in which deadlines are shown.
    zone TEXT NOT NULL,
    -- The least number of respondents in a cell of the results.
    min_cell INTEGER NOT NULL CHECK (min_cell BETWEEN 3 AND 10),
    -- Tables of a question by the answers to a concept, which the results may have.
    pairs TEXT NOT NULL,
    -- The round of the other audience; written at the later one of both.
    paired_with BLOB UNIQUE REFERENCES survey_round (id),
    -- Whether the people of its audience see who has submitted.
    is_participation_public INTEGER NOT NULL,
    -- Automatic reminders: days before the deadline, and states.
    calendar TEXT NOT NULL,
    -- When it was decided that a draft opens by itself at its instant.
    scheduled_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES "user" (id),
    updated_at INTEGER NOT NULL,
    opened_at INTEGER,
    closed_at INTEGER,
    -- Who closed or cancelled it; null where it closed by itself.
    closed_by BLOB REFERENCES "user" (id),
    FOREIGN KEY (survey_id, version) REFERENCES survey_version (survey_id, number)
) STRICT;
CREATE INDEX survey_round_survey ON survey_round (survey_id, version);
CREATE INDEX survey_round_state ON survey_round (state, id);
CREATE INDEX survey_round_created_by ON survey_round (created_by);
CREATE INDEX survey_round_closed_by ON survey_round (closed_by);
-- Whom a round asks: the organisations of the day on which it opened, with their regions of that day.
CREATE TABLE round_frame (
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    region TEXT CHECK (region IN ('AMS', 'EUR', 'ESA', 'WCA', 'MENA', 'AP')),
    PRIMARY KEY (round_id, organisation_id)
) STRICT;
CREATE INDEX round_frame_organisation ON round_frame (organisation_id);
-- A wish for more time. An organisation has one open at most.
CREATE TABLE extension_request (
    id BLOB PRIMARY KEY NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES "user" (id),
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'declined')),
    decided_by BLOB REFERENCES "user" (id),
    decided_at INTEGER,
    -- What the Secretariat said.
    answer TEXT,
    -- The deadline that was granted.
    granted_until INTEGER
) STRICT;
CREATE UNIQUE INDEX extension_request_open ON extension_request (round_id, organisation_id) WHERE state = 'open';
CREATE INDEX extension_request_round ON extension_request (round_id, id);
CREATE INDEX extension_request_organisation ON extension_request (organisation_id);
CREATE INDEX extension_request_asked_by ON extension_request (asked_by);
CREATE INDEX extension_request_decided_by ON extension_request (decided_by);
-- The ledger of deadlines: rows are added and never changed. The first of a round is that of its opening.
CREATE TABLE round_deadline (
    id BLOB PRIMARY KEY NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    -- Its place in the ledger of its round, the first being 1.
    number INTEGER NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('all', 'region', 'organisation')),
    region TEXT CHECK (region IN ('AMS', 'EUR', 'ESA', 'WCA', 'MENA', 'AP')),
    organisation_id BLOB REFERENCES organisation (id),
    closes_at INTEGER NOT NULL,
    reason TEXT,
    made_by BLOB REFERENCES "user" (id),
    made_at INTEGER NOT NULL,
    request_id BLOB REFERENCES extension_request (id),
    UNIQUE (round_id, number),
    CHECK ((scope = 'region') = (region IS NOT NULL)),
    CHECK ((scope = 'organisation') = (organisation_id IS NOT NULL))
) STRICT;
CREATE INDEX round_deadline_organisation ON round_deadline (organisation_id, round_id);
CREATE INDEX round_deadline_made_by ON round_deadline (made_by);
CREATE INDEX round_deadline_request ON round_deadline (request_id);
-- A reminder that was sent: by the Secretariat, or by the calendar of its round.
CREATE TABLE round_reminder (
    id BLOB PRIMARY KEY NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    -- Of the calendar: so many days before this deadline. A deadline that moved has reminders of its own.
    days INTEGER,
    deadline INTEGER,
    states TEXT NOT NULL,
    words TEXT,
    sent_by BLOB REFERENCES "user" (id),
    sent_at INTEGER NOT NULL,
    UNIQUE (round_id, days, deadline)
) STRICT;
CREATE INDEX round_reminder_sent_by ON round_reminder (sent_by);
-- Whom a reminder was sent to: each person once.
CREATE TABLE round_reminder_person (
    reminder_id BLOB NOT NULL REFERENCES round_reminder (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- How the response of the organisation stood then.
    state TEXT NOT NULL,
    PRIMARY KEY (reminder_id, user_id)
) STRICT;
CREATE INDEX round_reminder_person_user ON round_reminder_person (user_id);
CREATE INDEX round_reminder_person_organisation ON round_reminder_person (organisation_id);
