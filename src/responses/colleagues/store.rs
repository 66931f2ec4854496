//! The SQL of assignments, comments and presence.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::types::{AssignmentRow, CommentRow};
use crate::db::schema::{response_assignment, response_comment, response_presence};
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// The sections that are assigned to a person.
pub(in crate::responses) fn sections_of(conn: &mut Conn, response: Id, person: Id) -> Result<BTreeSet<String>, Error> {
    let meant = response_assignment::response_id.eq(response).and(response_assignment::user_id.eq(person));
    let found: Vec<String> =
        response_assignment::table.filter(meant).select(response_assignment::section).load(conn)?;
    Ok(found.into_iter().collect())
}

/// The people to whom sections of a response are assigned.
pub(in crate::responses) fn assigned_people(conn: &mut Conn, response: Id) -> Result<Vec<Id>, Error> {
    let rows = response_assignment::table.filter(response_assignment::response_id.eq(response));
    Ok(rows.select(response_assignment::user_id).distinct().load(conn)?)
}

/// All assignments of a response, by section.
pub(super) fn assignments(conn: &mut Conn, response: Id) -> Result<Vec<AssignmentRow>, Error> {
    let rows = response_assignment::table
        .filter(response_assignment::response_id.eq(response))
        .order((response_assignment::section, response_assignment::user_id));
    Ok(rows.select(AssignmentRow::as_select()).load(conn)?)
}

/// Removes all assignments of a response.
pub(super) fn clear(conn: &mut Conn, response: Id) -> Result<(), Error> {
    diesel::delete(response_assignment::table.filter(response_assignment::response_id.eq(response))).execute(conn)?;
    Ok(())
}

/// Adds assignments.
pub(super) fn add(conn: &mut Conn, rows: &[AssignmentRow]) -> Result<(), Error> {
    if !rows.is_empty() {
        on_each!(conn, c => diesel::insert_into(response_assignment::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// The newest comments of a response, in the order in which they were written.
pub(super) fn comments(conn: &mut Conn, response: Id, most: i64) -> Result<Vec<CommentRow>, Error> {
    let rows = response_comment::table
        .filter(response_comment::response_id.eq(response))
        .order(response_comment::id.desc())
        .limit(most);
    let mut found: Vec<CommentRow> = rows.select(CommentRow::as_select()).load(conn)?;
    found.reverse();
    Ok(found)
}

/// How many comments a response has.
pub(super) fn count_comments(conn: &mut Conn, response: Id) -> Result<i64, Error> {
    let rows = response_comment::table.filter(response_comment::response_id.eq(response));
    Ok(rows.count().get_result(conn)?)
}

/// How many of them a person has written.
pub(super) fn count_comments_of(conn: &mut Conn, response: Id, person: Id) -> Result<i64, Error> {
    let rows = response_comment::table.filter(response_comment::response_id.eq(response));
    Ok(rows.filter(response_comment::written_by.eq(person)).count().get_result(conn)?)
}

pub(super) fn add_comment(conn: &mut Conn, row: &CommentRow) -> Result<(), Error> {
    on_each!(conn, c => diesel::insert_into(response_comment::table).values(row).execute(c))?;
    Ok(())
}

/// Who gave a sign since then: person, section and last sign.
pub(super) fn present(
    conn: &mut Conn,
    response: Id,
    since: Timestamp,
    most: i64,
) -> Result<Vec<(Id, String, Timestamp)>, Error> {
    let rows = response_presence::table
        .filter(response_presence::response_id.eq(response).and(response_presence::seen_at.gt(since)))
        .order(response_presence::user_id)
        .limit(most);
    Ok(rows.select((response_presence::user_id, response_presence::section, response_presence::seen_at)).load(conn)?)
}

/// The last sign of a person: the section, and when.
pub(super) fn last_sign(conn: &mut Conn, response: Id, person: Id) -> Result<Option<(String, Timestamp)>, Error> {
    let own = response_presence::table.find((response, person));
    Ok(own.select((response_presence::section, response_presence::seen_at)).first(conn).optional()?)
}

/// A person gives a sign.
pub(super) fn set_present(
    conn: &mut Conn,
    response: Id,
    person: Id,
    section: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let values = (
        response_presence::response_id.eq(response),
        response_presence::user_id.eq(person),
        response_presence::section.eq(section),
        response_presence::seen_at.eq(now),
    );
    on_each!(conn, c => diesel::insert_into(response_presence::table)
        .values(values)
        .on_conflict((response_presence::response_id, response_presence::user_id))
        .do_update()
        .set((response_presence::section.eq(section), response_presence::seen_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// A person leaves.
pub(super) fn leave(conn: &mut Conn, response: Id, person: Id) -> Result<(), Error> {
    let meant = response_presence::response_id.eq(response).and(response_presence::user_id.eq(person));
    diesel::delete(response_presence::table.filter(meant)).execute(conn)?;
    Ok(())
}

/// Deletes some signs from before this, the oldest first.
pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    let old = response_presence::table.filter(response_presence::seen_at.lt(before));
    let old = old.order(response_presence::seen_at).limit(SWEPT_AT_ONCE).select(response_presence::seen_at);
    let newest: Option<Timestamp> = old.load(conn)?.pop();
    let Some(newest) = newest else { return Ok(0) };
    Ok(diesel::delete(response_presence::table.filter(response_presence::seen_at.le(newest))).execute(conn)?)
}
