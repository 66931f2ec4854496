//! The SQL of days by which sections are due.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::super::types::AssignmentRow;
use crate::db::schema::{response, response_assignment, setback, survey_round};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The responses of assignments that are to be looked at, the longest due first: each with its survey and version. A
/// response is there once for each of its assignments. None of a response that was postponed (`setbacks`).
pub(super) fn responses(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<(Id, Id, i32)>, Error> {
    let due = response_assignment::table
        .inner_join(response::table.on(response::id.eq(response_assignment::response_id)))
        .inner_join(survey_round::table.on(survey_round::id.eq(response::round_id)))
        .filter(response_assignment::remind_at.le(now))
        .filter(not(exists(setback::table.filter(setback::id.eq(response::id).and(setback::until.gt(now))))))
        .order(response_assignment::remind_at)
        .limit(most);
    Ok(due.select((response::id, survey_round::survey_id, survey_round::version)).load(conn)?)
}

/// The assignments of a response that are to be looked at, by section.
pub(super) fn due(conn: &mut Conn, response: Id, now: Timestamp) -> Result<Vec<AssignmentRow>, Error> {
    let due = response_assignment::response_id.eq(response).and(response_assignment::remind_at.le(now));
    let rows = response_assignment::table.filter(due);
    let rows = rows.order((response_assignment::section, response_assignment::user_id));
    Ok(rows.select(AssignmentRow::as_select()).load(conn)?)
}

/// Sets when the assignments with this day are looked at next, of those that are to be looked at.
pub(super) fn set_next(
    conn: &mut Conn,
    response: Id,
    day: &str,
    next: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    let due = response_assignment::response_id.eq(response).and(response_assignment::remind_at.le(now));
    diesel::update(response_assignment::table.filter(due.and(response_assignment::due_on.eq(day))))
        .set(response_assignment::remind_at.eq(next))
        .execute(conn)?;
    Ok(())
}
