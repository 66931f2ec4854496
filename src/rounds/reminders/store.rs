//! All SQL of reminders.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::types::{NewReminder, RemindedPerson, ReminderRow};
use crate::db::schema::{round_reminder, round_reminder_person};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// The reminders of the calendars of these rounds that were sent: the round, the days and the deadline of each.
pub(super) fn sent_by_calendar(conn: &mut Conn, rounds: &[Id]) -> Result<Vec<(Id, i32, Timestamp)>, Error> {
    if rounds.is_empty() {
        return Ok(Vec::new());
    }
    let (days, deadline) = (round_reminder::days.assume_not_null(), round_reminder::deadline.assume_not_null());
    let columns = (round_reminder::round_id, days, deadline);
    let of_calendar = round_reminder::days.is_not_null().and(round_reminder::deadline.is_not_null());
    let sent = round_reminder::table.filter(round_reminder::round_id.eq_any(rounds.to_vec()).and(of_calendar));
    Ok(sent.select(columns).load(conn)?)
}

/// The newest reminders of a round, the newest first.
pub(super) fn newest(conn: &mut Conn, round: Id, most: i64) -> Result<Vec<ReminderRow>, Error> {
    let rows = round_reminder::table.filter(round_reminder::round_id.eq(round)).order(round_reminder::id.desc());
    Ok(rows.limit(most).select(ReminderRow::as_select()).load(conn)?)
}

/// To how many people each of these reminders was sent.
pub(super) fn counts(conn: &mut Conn, reminders: &[Id]) -> Result<Vec<(Id, i64)>, Error> {
    Ok(round_reminder_person::table
        .filter(round_reminder_person::reminder_id.eq_any(reminders.to_vec()))
        .group_by(round_reminder_person::reminder_id)
        .select((round_reminder_person::reminder_id, count_star()))
        .load(conn)?)
}

/// Stores a reminder and whom it was sent to.
pub(super) fn insert(
    conn: &mut Conn,
    new: NewReminder,
    people: &[RemindedPerson],
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(round_reminder::table)
        .values((
            round_reminder::id.eq(new.id),
            round_reminder::round_id.eq(new.round),
            round_reminder::days.eq(new.days),
            round_reminder::deadline.eq(new.deadline),
            round_reminder::states.eq(Document(new.states)),
            round_reminder::words.eq(new.words),
            round_reminder::sent_by.eq(new.by),
            round_reminder::sent_at.eq(now),
        ))
        .execute(conn)?;
    let row = |one: &RemindedPerson| {
        (
            round_reminder_person::reminder_id.eq(new.id),
            round_reminder_person::user_id.eq(one.person),
            round_reminder_person::organisation_id.eq(one.organisation),
            round_reminder_person::state.eq(one.state),
        )
    };
    let rows: Vec<_> = people.iter().map(row).collect();
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(round_reminder_person::table).values(chunk).execute(c))?;
    }
    Ok(())
}
