//! The SQL of answers and their history.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel::upsert::excluded;

use super::types::{EntryRow, NewAnswer, NewEntry};
use crate::db::schema::{answer, answer_history};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::on_each;

diesel::define_sql_function! {
    /// The bytes of a text; both databases know it.
    fn octet_length(text: Nullable<Text>) -> Nullable<Integer>;
}

/// The present answers of a response to some questions, or to all; in the order of the questionnaire's codes.
pub(in crate::responses) fn present(
    conn: &mut Conn,
    response: Id,
    questions: Option<&[String]>,
) -> Result<Vec<EntryRow>, Error> {
    let is_newest = answer_history::response_id.eq(answer::response_id).and(answer_history::number.eq(answer::number));
    let mut query = answer::table
        .inner_join(answer_history::table.on(is_newest))
        .filter(answer::response_id.eq(response))
        .order((answer::question, answer::row))
        .select(EntryRow::as_select())
        .into_boxed();
    match questions {
        None => {}
        // Most writes are of one question: this statement stays prepared on SQLite, a list of any length does not.
        Some([question]) => query = query.filter(answer::question.eq(question.clone())),
        Some(questions) => query = query.filter(answer::question.eq_any(questions.to_vec())),
    }
    Ok(query.load(conn)?)
}

/// Adds rows to the history of a response, which is locked, and makes them its present answers.
pub(in crate::responses) fn add(conn: &mut Conn, entries: &[NewEntry]) -> Result<(), Error> {
    for entries in entries.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(answer_history::table).values(entries).execute(c))?;
        let present: Vec<NewAnswer> = entries.iter().map(NewAnswer::from).collect();
        on_each!(conn, c => diesel::insert_into(answer::table)
            .values(&present)
            .on_conflict((answer::response_id, answer::question, answer::row))
            .do_update()
            .set((
                answer::revision.eq(excluded(answer::revision)),
                answer::value.eq(excluded(answer::value)),
                answer::number.eq(excluded(answer::number)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Who wrote the row of a history with this number, and when.
pub(in crate::responses) fn entry(conn: &mut Conn, response: Id, number: i32) -> Result<Option<EntryRow>, Error> {
    let found = answer_history::table.find((response, number)).select(EntryRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Number and bytes of the values of a history before this number, the newest first: of these questions, or of all.
pub(super) fn history_sizes(
    conn: &mut Conn,
    response: Id,
    questions: Option<&BTreeSet<String>>,
    before: Option<i32>,
    most: i64,
) -> Result<Vec<(i32, i64)>, Error> {
    let mut query = answer_history::table
        .filter(answer_history::response_id.eq(response))
        .order(answer_history::number.desc())
        .limit(most)
        .select((answer_history::number, octet_length(answer_history::value)))
        .into_boxed();
    if let Some(questions) = questions {
        query = query.filter(answer_history::question.eq_any(questions.iter().cloned().collect::<Vec<_>>()));
    }
    if let Some(before) = before {
        query = query.filter(answer_history::number.lt(before));
    }
    let rows: Vec<(i32, Option<i32>)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(number, bytes)| (number, bytes.unwrap_or_default().into())).collect())
}

/// The rows of a history with these numbers, the newest first: of these questions, or of all.
pub(super) fn history(
    conn: &mut Conn,
    response: Id,
    questions: Option<&BTreeSet<String>>,
    numbers: RangeInclusive<i32>,
) -> Result<Vec<EntryRow>, Error> {
    let mut query = answer_history::table
        .filter(answer_history::response_id.eq(response))
        .filter(answer_history::number.between(*numbers.start(), *numbers.end()))
        .order(answer_history::number.desc())
        .select(EntryRow::as_select())
        .into_boxed();
    if let Some(questions) = questions {
        query = query.filter(answer_history::question.eq_any(questions.iter().cloned().collect::<Vec<_>>()));
    }
    Ok(query.load(conn)?)
}
