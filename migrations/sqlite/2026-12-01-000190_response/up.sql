-- The response of an administration or a partner agency in a round: one, whoever works on it.
CREATE TABLE response (
    id BLOB PRIMARY KEY NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'approved', 'submitted', 'reopened', 'withdrawn')),
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES "user" (id),
    -- The number of the newest row of its history. It is also the row that writers lock.
    edits INTEGER NOT NULL,
    -- Who asked for a review, and who approved; null where the step was not taken, or was undone.
    requested_at INTEGER,
    requested_by BLOB REFERENCES "user" (id),
    approved_at INTEGER,
    approved_by BLOB REFERENCES "user" (id),
    -- Who changed an answer after the approval, which ended it.
    cancelled_at INTEGER,
    cancelled_by BLOB REFERENCES "user" (id),
    -- The submission of the last round that answers were taken over from.
    prefilled_from BLOB REFERENCES submission (id),
    UNIQUE (round_id, organisation_id)
) STRICT;
CREATE INDEX response_organisation ON response (organisation_id);
CREATE INDEX response_created_by ON response (created_by);
CREATE INDEX response_requested_by ON response (requested_by);
CREATE INDEX response_approved_by ON response (approved_by);
CREATE INDEX response_cancelled_by ON response (cancelled_by);
CREATE INDEX response_prefilled_from ON response (prefilled_from);
-- The present answers. Who gave them, when and by which means is in the row of the history with that number.
CREATE TABLE answer (
    response_id BLOB NOT NULL REFERENCES response (id),
    question TEXT NOT NULL,
    -- The row of a matrix; empty where the question has no rows.
    "row" TEXT NOT NULL,
    -- Counts from 1. A write names the one that it knew.
    revision INTEGER NOT NULL,
    -- Canonical JSON, as text: drafts may hold what no document of the database may. Null where the answer was taken back.
    value TEXT,
    number INTEGER NOT NULL,
    PRIMARY KEY (response_id, question, "row")
) STRICT, WITHOUT ROWID;
-- Every value that an answer has had.
CREATE TABLE answer_history (
    response_id BLOB NOT NULL REFERENCES response (id),
    -- Counts from 1 within a response.
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    "row" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    given_by BLOB NOT NULL REFERENCES "user" (id),
    given_at INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('form', 'import', 'prefill', 'api')),
    -- Not yet where it was taken over from the last round.
    is_confirmed INTEGER NOT NULL,
    PRIMARY KEY (response_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX answer_history_revision ON answer_history (response_id, question, "row", revision);
CREATE INDEX answer_history_given_by ON answer_history (given_by);
-- Sections that somebody says are ready.
CREATE TABLE response_section (
    response_id BLOB NOT NULL REFERENCES response (id),
    section TEXT NOT NULL,
    done_at INTEGER NOT NULL,
    done_by BLOB NOT NULL REFERENCES "user" (id),
    PRIMARY KEY (response_id, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX response_section_done_by ON response_section (done_by);
-- Who is asked to fill in a section, until when.
CREATE TABLE response_assignment (
    response_id BLOB NOT NULL REFERENCES response (id),
    section TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES "user" (id),
    -- A day, as YYYY-MM-DD.
    due_on TEXT,
    assigned_at INTEGER NOT NULL,
    assigned_by BLOB NOT NULL REFERENCES "user" (id),
    PRIMARY KEY (response_id, section, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX response_assignment_user ON response_assignment (user_id);
CREATE INDEX response_assignment_assigned_by ON response_assignment (assigned_by);
-- What colleagues say to each other about a question.
CREATE TABLE response_comment (
    id BLOB PRIMARY KEY NOT NULL,
    response_id BLOB NOT NULL REFERENCES response (id),
    question TEXT NOT NULL,
    written_by BLOB NOT NULL REFERENCES "user" (id),
    written_at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX response_comment_response ON response_comment (response_id, id);
CREATE INDEX response_comment_written_by ON response_comment (written_by);
-- What was handed in; never changed, and kept whatever follows.
CREATE TABLE submission (
    id BLOB PRIMARY KEY NOT NULL,
    response_id BLOB NOT NULL REFERENCES response (id),
    -- Counts from 1 within a response.
    number INTEGER NOT NULL,
    round_id BLOB NOT NULL REFERENCES survey_round (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    submitted_at INTEGER NOT NULL,
    submitted_by BLOB NOT NULL REFERENCES "user" (id),
    is_late INTEGER NOT NULL,
    -- The entry of the ledger of deadlines under which it was accepted late.
    grant_id BLOB REFERENCES round_deadline (id),
    -- Whether the members may see the answers to questions for the community.
    shares_answers INTEGER NOT NULL,
    -- When the next one was submitted; when it was withdrawn. It counts until then.
    superseded_at INTEGER,
    withdrawn_at INTEGER,
    -- The SHA-256 of the content, in hexadecimal digits: the receipt.
    sha256 TEXT NOT NULL UNIQUE,
    -- Canonical JSON (RFC 8785) with a random salt, as text: the hash names these bytes.
    content TEXT NOT NULL,
    UNIQUE (response_id, number),
    CHECK (is_late = 0 OR grant_id IS NOT NULL)
) STRICT;
CREATE INDEX submission_round ON submission (round_id, organisation_id);
CREATE INDEX submission_organisation ON submission (organisation_id);
CREATE INDEX submission_submitted_by ON submission (submitted_by);
CREATE INDEX submission_grant ON submission (grant_id);
-- Files that are answers. All that were handed in are kept: the history and the submissions name them.
CREATE TABLE response_file (
    id BLOB PRIMARY KEY NOT NULL,
    response_id BLOB NOT NULL REFERENCES response (id),
    question TEXT NOT NULL,
    "row" TEXT NOT NULL,
    object_id BLOB NOT NULL UNIQUE REFERENCES stored_object (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('application/pdf', 'image/png', 'image/jpeg')),
    size INTEGER NOT NULL,
    -- In hexadecimal digits.
    sha256 TEXT NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES "user" (id),
    uploaded_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX response_file_content ON response_file (response_id, question, "row", sha256);
CREATE INDEX response_file_uploaded_by ON response_file (uploaded_by);
-- Who has a section open, as of the last sign; a row is worth nothing a minute later.
CREATE TABLE response_presence (
    response_id BLOB NOT NULL REFERENCES response (id),
    user_id BLOB NOT NULL REFERENCES "user" (id),
    section TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (response_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX response_presence_user ON response_presence (user_id);
CREATE INDEX response_presence_seen_at ON response_presence (seen_at);
