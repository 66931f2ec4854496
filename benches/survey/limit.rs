//! What the database itself does: the statements of a save and their commit, by diesel on as many connections as the
//! portal has for writing, and nothing else.

use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Binary, SmallInt};
use diesel::upsert::excluded;
use portal::bench::Outcome;
use portal::db::schema::{answer, answer_history, response, survey_round};
use portal::db::{Access, Conn, Id, Target, open};
use portal::error::Error;
use portal::on_each;
use portal::time::Clock;

/// The question of these saves, which no editor answers.
const QUESTION: &str = "limit";
/// A bucket of the throttle that the portal does not have.
const BUCKET: i16 = 9_999;

/// Commits a second, on a connection for each of these responses, as a person.
pub fn commits(target: &Target, responses: &[Id], person: Id, time: Duration) -> Outcome<f64> {
    let began = Instant::now();
    let count = |response: Id| -> Outcome<u32> {
        let mut connection = open(target, Access::Write)?;
        let mut count = 0;
        while began.elapsed() < time {
            connection.transaction_for_write(|conn| save(conn, response, person, count))?;
            count += 1;
        }
        Ok(count)
    };
    let sum = thread::scope(|scope| {
        let running: Vec<_> = responses.iter().map(|&response| scope.spawn(move || count(response))).collect();
        running.into_iter().try_fold(0, |sum, thread| -> Outcome<u32> {
            Ok(sum + thread.join().map_err(|_panic| "a thread panicked")??)
        })
    })?;
    Ok(f64::from(sum) / began.elapsed().as_secs_f64())
}

/// One answer is stored: as `responses::answers` does it, with the charge of its writer.
fn save(conn: &mut Conn, of: Id, person: Id, count: u32) -> Result<(), Error> {
    charge(conn, of)?;
    let row = response::table.find(of).select((response::edits, response::round_id));
    let (edits, round): (i32, Id) = match conn {
        Conn::Postgres(c) => row.for_update().first(c)?,
        Conn::Sqlite(c) => row.first(c)?,
    };
    let _state: String = survey_round::table.find(round).select(survey_round::state).first(conn)?;
    let is_newest = answer_history::response_id.eq(answer::response_id).and(answer_history::number.eq(answer::number));
    let known: Option<(i32, Option<String>)> = answer::table
        .inner_join(answer_history::table.on(is_newest))
        .filter(answer::response_id.eq(of).and(answer::question.eq(QUESTION)))
        .select((answer::revision, answer_history::value))
        .first(conn)
        .optional()?;
    let (revision, number) = (known.map_or(0, |(revision, _)| revision) + 1, edits + 1);
    let value = format!("\"{count}\"");
    let entry = (
        answer_history::response_id.eq(of),
        answer_history::number.eq(number),
        answer_history::question.eq(QUESTION),
        answer_history::row.eq(""),
        answer_history::revision.eq(revision),
        answer_history::value.eq(Some(value.as_str())),
        answer_history::given_by.eq(person),
        answer_history::given_at.eq(Clock::system().now()),
        answer_history::origin.eq("api"),
        answer_history::is_confirmed.eq(true),
    );
    on_each!(&mut *conn, c => diesel::insert_into(answer_history::table).values(entry).execute(c))?;
    let present = (
        answer::response_id.eq(of),
        answer::question.eq(QUESTION),
        answer::row.eq(""),
        answer::revision.eq(revision),
        answer::value.eq(Some(value.as_str())),
        answer::number.eq(number),
    );
    on_each!(&mut *conn, c => diesel::insert_into(answer::table)
        .values(present)
        .on_conflict((answer::response_id, answer::question, answer::row))
        .do_update()
        .set((
            answer::revision.eq(excluded(answer::revision)),
            answer::value.eq(excluded(answer::value)),
            answer::number.eq(excluded(answer::number)),
        ))
        .execute(c))?;
    diesel::update(response::table.find(of)).set(response::edits.eq(number)).execute(conn)?;
    Ok(())
}

/// Reads and writes a count, of which each writer has one.
fn charge(conn: &mut Conn, writer: Id) -> Result<(), Error> {
    let (upsert, update) = match conn {
        Conn::Postgres(_) => (
            "INSERT INTO throttle (bucket, key, failures, blocked_until, expires_at) \
             VALUES ($1, $2, 0, 'epoch', 'epoch') ON CONFLICT (bucket, key) DO UPDATE SET failures = throttle.failures",
            "UPDATE throttle SET failures = failures + 1 WHERE bucket = $1 AND key = $2",
        ),
        Conn::Sqlite(_) => (
            "INSERT INTO throttle (bucket, key, failures, blocked_until, expires_at) VALUES (?, ?, 0, 0, 0) \
             ON CONFLICT (bucket, key) DO UPDATE SET failures = throttle.failures",
            "UPDATE throttle SET failures = failures + 1 WHERE bucket = ? AND key = ?",
        ),
    };
    let key: &[u8] = writer.as_bytes();
    for statement in [upsert, update] {
        diesel::sql_query(statement).bind::<SmallInt, _>(BUCKET).bind::<Binary, _>(key).execute(conn)?;
    }
    Ok(())
}
