//! All SQL of reminders.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::types::{NewReminder, RemindedPerson, ReminderRow};
use crate::db::schema::{round_reminder, round_reminder_person};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// Reminders that one run continues.
const MOST_UNFINISHED: i64 = 100;

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

/// The reminder with this id.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<ReminderRow>, Error> {
    Ok(round_reminder::table.find(id).select(ReminderRow::as_select()).first(conn).optional()?)
}

/// Some of the reminders that have not reached everybody, each with its round, the oldest first.
pub(super) fn unfinished(conn: &mut Conn) -> Result<Vec<(Id, Id)>, Error> {
    let rows = round_reminder::table.filter(round_reminder::told_after.is_not_null()).order(round_reminder::id);
    Ok(rows.limit(MOST_UNFINISHED).select((round_reminder::id, round_reminder::round_id)).load(conn)?)
}

/// Which of these people a reminder was sent to.
pub(super) fn told(conn: &mut Conn, reminder: Id, people: &[Id]) -> Result<Vec<Id>, Error> {
    let those = round_reminder_person::user_id.eq_any(people.to_vec());
    let rows = round_reminder_person::table.filter(round_reminder_person::reminder_id.eq(reminder).and(those));
    Ok(rows.select(round_reminder_person::user_id).load(conn)?)
}

/// Says after which appointment a reminder goes on; none where it has reached everybody.
pub(super) fn advance(conn: &mut Conn, reminder: Id, told_after: Option<Id>) -> Result<(), Error> {
    diesel::update(round_reminder::table.find(reminder))
        .set(round_reminder::told_after.eq(told_after))
        .execute(conn)?;
    Ok(())
}

/// Stores a reminder that has reached nobody yet.
pub(super) fn insert(conn: &mut Conn, new: NewReminder, now: Timestamp) -> Result<(), Error> {
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
            round_reminder::told_after.eq(Id::nil()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores whom a reminder was sent to.
pub(super) fn insert_people(conn: &mut Conn, reminder: Id, people: &[RemindedPerson]) -> Result<(), Error> {
    let row = |one: &RemindedPerson| {
        (
            round_reminder_person::reminder_id.eq(reminder),
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
