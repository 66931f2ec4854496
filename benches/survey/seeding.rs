//! Responses by SQL, many thousand rows a statement: organisations, the frame of a round, responses and submissions.
//!
//! What is submitted is that of some thousand respondents, again and again. The organisations are partner agencies
//! without people; each round takes as many of them as it needs. Ids grow in the order of the rows, as those of the
//! portal do. The connection trusts the bench: it checks no references, and waits for no disk.

use std::fmt::Write as _;
use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use portal::bench::Outcome;
use portal::db::{Conn, Id};
use portal::time::Clock;

use super::content::submission;
use crate::Stand;

/// Different respondents: a prime, so that they spread over the regions.
const RESPONDENTS: u32 = 4_099;
/// Rows of a statement.
const CHUNK: u32 = 50_000;
/// One organisation does not answer for so many that do.
const SILENT: u32 = 4;
/// The region of an organisation by its number.
const REGION: &str = "CASE i % 6 WHEN 0 THEN 'AMS' WHEN 1 THEN 'EUR' WHEN 2 THEN 'ESA' WHEN 3 THEN 'WCA' \
                      WHEN 4 THEN 'MENA' ELSE 'AP' END";
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Fills a round, which is the `number`th one here, with so many responses; returns how long that took, in seconds.
pub fn seed(stand: &mut Stand, round: &str, (number, responses): (u32, u32)) -> Outcome<f64> {
    let began = Instant::now();
    let sql = Sql::of(&stand.connection, stand.officer, round.parse()?, number);
    let connection = &mut stand.connection;
    connection.batch_execute(sql.unchecked())?;
    if number == 1 {
        respondents(connection)?;
    }
    let (asked, mut from) = (responses + responses / SILENT, 1);
    while from <= asked {
        let until = from + CHUNK;
        connection.batch_execute(&sql.organisations(from, until.min(asked + 1)))?;
        if from <= responses {
            connection.batch_execute(&sql.submissions(from, until.min(responses + 1)))?;
        }
        from = until;
    }
    connection.batch_execute(sql.checked())?;
    Ok(began.elapsed().as_secs_f64())
}

/// A table of what is submitted.
fn respondents(connection: &mut Conn) -> Outcome<()> {
    connection
        .batch_execute("CREATE TEMPORARY TABLE respondent (number INTEGER PRIMARY KEY, content TEXT NOT NULL)")?;
    let all: Vec<u32> = (0..RESPONDENTS).collect();
    for some in all.chunks(500) {
        let mut rows = String::new();
        for number in some {
            let separator = if rows.is_empty() { "" } else { ", " };
            // Codes and numbers alone: there is nothing to escape.
            write!(rows, "{separator}({number}, '{}')", submission(*number))?;
        }
        connection.batch_execute(&format!("INSERT INTO respondent (number, content) VALUES {rows}"))?;
    }
    Ok(())
}

/// Statements in the words of a database.
struct Sql {
    is_postgres: bool,
    officer: String,
    round: String,
    number: u32,
    submitted_at: String,
}

impl Sql {
    fn of(connection: &Conn, officer: Id, round: Id, number: u32) -> Self {
        let is_postgres = matches!(connection, Conn::Postgres(_));
        let known = |id: Id| {
            if is_postgres { format!("'{id}'::uuid") } else { format!("x'{}'", id.as_uuid().simple()) }
        };
        let at = Clock::system().now().as_micros() - HOUR;
        let submitted_at = if is_postgres { format!("to_timestamp({})", at / 1_000_000) } else { at.to_string() };
        Self { is_postgres, officer: known(officer), round: known(round), number, submitted_at }
    }

    const fn unchecked(&self) -> &'static str {
        if self.is_postgres {
            "SET statement_timeout = 0; SET session_replication_role = replica; SET synchronous_commit = off;"
        } else {
            "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;"
        }
    }

    const fn checked(&self) -> &'static str {
        if self.is_postgres {
            "SET session_replication_role = origin; SET synchronous_commit = on;"
        } else {
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
        }
    }

    /// Organisations that are not there yet, and all of them in the frame.
    fn organisations(&self, from: u32, until: u32) -> String {
        let (id, at, series) = (self.id(0), &self.submitted_at, self.series(from, until));
        let of_member = "(SELECT id FROM organisation WHERE kind = 'member' ORDER BY id LIMIT 1)";
        format!(
            "INSERT INTO organisation (id, kind, code, name_en, name_fr, region, default_language, sort_name, \
             search_text, created_at, updated_at, belongs_to) \
             SELECT {id}, 'partner', 'BENCH-' || i, 'Agency ' || i, 'Organisme ' || i, {REGION}, 'en', 'agency ' || i, \
             'agency ' || i, {at}, {at}, {of_member} FROM {series} WHERE true ON CONFLICT DO NOTHING; \
             INSERT INTO round_frame (round_id, organisation_id, region) SELECT {}, {id}, {REGION} FROM {series};",
            self.round
        )
    }

    /// Responses, each with its submission.
    fn submissions(&self, from: u32, until: u32) -> String {
        let Self { officer, round, submitted_at: at, .. } = self;
        let (organisation, response, submission) = (self.id(0), self.id(2 * self.number), self.id(2 * self.number + 1));
        let (no, series, hash) = (if self.is_postgres { "false" } else { "0" }, self.series(from, until), self.hash());
        format!(
            "INSERT INTO response (id, round_id, organisation_id, state, created_at, created_by, edits) \
             SELECT {response}, {round}, {organisation}, 'submitted', {at}, {officer}, 0 FROM {series}; \
             INSERT INTO submission (id, response_id, number, round_id, organisation_id, submitted_at, submitted_by, \
             is_late, shares_answers, sha256, content) \
             SELECT {submission}, {response}, 1, {round}, {organisation}, {at}, {officer}, {no}, {no}, {hash}, \
             respondent.content FROM {series} JOIN respondent ON respondent.number = i % {RESPONDENTS};"
        )
    }

    /// The id of a row by its number, in a family of rows.
    fn id(&self, family: u32) -> String {
        if self.is_postgres {
            format!("('00000000-{family:04x}-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid")
        } else {
            format!("unhex(printf('00000000{family:04x}70008000%012x', i))")
        }
    }

    /// Some text in place of a hash, another for each row.
    fn hash(&self) -> String {
        if self.is_postgres {
            format!("'{:08x}' || lpad(to_hex(i), 56, '0')", self.number)
        } else {
            format!("printf('{:08x}%056x', i)", self.number)
        }
    }

    /// The numbers `i` from the first to before the last.
    fn series(&self, from: u32, until: u32) -> String {
        let last = until - 1;
        if self.is_postgres {
            format!("generate_series({from}, {last}) AS series(i)")
        } else {
            format!(
                "(WITH RECURSIVE series(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM series WHERE i < {last}) \
                 SELECT i FROM series) AS series"
            )
        }
    }
}
