//! The SQL of due erasures. It reads tables of other features, which erase their own data.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, erasure, invitation, nomination, organisation, setback, users};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::personal_data::{Address, Addresses};
use crate::time::Timestamp;

/// The final states of an appointment that was never in force.
const NEVER_IN_FORCE: [AppointmentStatus; 3] =
    [AppointmentStatus::Rejected, AppointmentStatus::Lapsed, AppointmentStatus::Withdrawn];
/// The final states of an appointment that was in force.
const OVER: [AppointmentStatus; 3] =
    [AppointmentStatus::Ended, AppointmentStatus::Expired, AppointmentStatus::Replaced];

/// Open invitations to a person: to the current address, and to former ones while they were the person's.
pub(super) fn open_invitations(conn: &mut Conn, known: &Addresses) -> Result<Vec<Id>, Error> {
    let mut open: Vec<(Id, Id)> = Vec::new();
    for Address { key, claim, .. } in &known.all {
        let (since, until) = claim.waiting();
        let theirs = invitation::email_key.eq(key).and(invitation::invited_at.ge(since));
        let rows = invitation::table
            .inner_join(appointment::table)
            .filter(theirs.and(invitation::invited_at.lt(until)))
            .filter(appointment::user_id.is_null().and(appointment::status.eq(AppointmentStatus::Invited)));
        open.extend(rows.select((appointment::organisation_id, appointment::id)).load::<(Id, Id)>(conn)?);
    }
    // In the order of the organisations, which is the order of their locks.
    open.sort_unstable();
    Ok(open.into_iter().map(|(_, id)| id).collect())
}

/// The organisation of the newest appointment.
pub(super) fn last_organisation(conn: &mut Conn, user: Id, language: Language) -> Result<Option<String>, Error> {
    let newest = appointment::table
        .inner_join(organisation::table)
        .filter(appointment::user_id.eq(user))
        .order(appointment::id.desc())
        .select((organisation::name_en, organisation::name_fr));
    let names: Option<(String, String)> = newest.first(conn).optional()?;
    Ok(names.map(|(en, fr)| if language.catalogue() == Language::Fr { fr } else { en }))
}

/// Records an erasure.
pub(super) fn remember(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    let row = (erasure::user_id.eq(user), erasure::erased_at.eq(now));
    on_each!(conn, c => diesel::insert_into(erasure::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// How many of these ids are accounts that are not erased yet.
pub(super) fn not_erased(conn: &mut Conn, ids: &[Id]) -> Result<usize, Error> {
    let accounts = users::table.filter(users::id.eq_any(ids.to_vec()).and(users::erased_at.is_null()));
    let found: Vec<Id> = accounts.select(users::id).load(conn)?;
    Ok(found.len())
}

/// Accounts to be erased now: at the owner's request, and those that a backup restored after their erasure.
pub(super) fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    let wish = users::erase_at.le(now).and(users::erased_at.is_null());
    let waits = || exists(setback::table.filter(setback::id.eq(users::id).and(setback::until.gt(now))));
    let mut due: Vec<Id> = users::table.filter(wish).filter(not(waits())).limit(limit).select(users::id).load(conn)?;
    let back = erasure::table.inner_join(users::table.on(users::id.eq(erasure::user_id)));
    let back = back.filter(users::erased_at.is_null()).filter(not(waits())).limit(limit).select(users::id);
    due.extend(back.load::<Id>(conn)?);
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Whether an account is to be erased now.
pub(super) fn is_due(conn: &mut Conn, user: Id, now: Timestamp) -> Result<bool, Error> {
    let kept = users::table.filter(users::id.eq(user).and(users::erased_at.is_null()));
    let wish: Option<Option<Timestamp>> = kept.select(users::erase_at).first(conn).optional()?;
    let Some(erase_at) = wish else { return Ok(false) };
    let is_back: i64 = erasure::table.filter(erasure::user_id.eq(user)).count().get_result(conn)?;
    Ok(is_back > 0 || erase_at.is_some_and(|at| at <= now))
}

/// Appointments that ended before these instants, and whose data are not erased yet.
pub(super) fn forgettable(
    conn: &mut Conn,
    (nothing_since, over_since): (Timestamp, Timestamp),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Id>, Error> {
    let old = |states: [AppointmentStatus; 3], since: Timestamp| {
        let past = appointment::status.eq_any(states).and(appointment::status_since.lt(since));
        let waits = exists(setback::table.filter(setback::id.eq(appointment::id).and(setback::until.gt(now))));
        let rows = appointment::table.filter(past.and(appointment::forgotten_at.is_null())).filter(not(waits));
        rows.limit(limit).select(appointment::id)
    };
    let mut ids: Vec<Id> = old(NEVER_IN_FORCE, nothing_since).load(conn)?;
    ids.extend(old(OVER, over_since).load::<Id>(conn)?);
    Ok(ids)
}

/// The holder of an appointment, if the account is not erased yet and has no appointment left with data.
pub(super) fn left_with_nothing(conn: &mut Conn, appointment: Id) -> Result<Option<Id>, Error> {
    let user: Option<Id> = appointment::table.find(appointment).select(appointment::user_id).first(conn)?;
    let Some(user) = user else { return Ok(None) };
    let kept = appointment::user_id.eq(user).and(appointment::forgotten_at.is_null());
    let kept: i64 = appointment::table.filter(kept).count().get_result(conn)?;
    let erased: i64 =
        users::table.filter(users::id.eq(user).and(users::erased_at.is_not_null())).count().get_result(conn)?;
    Ok((kept == 0 && erased == 0).then_some(user))
}

/// Nominations of appointments that ended before `bound`.
pub(super) fn old_nominations(conn: &mut Conn, bound: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    let old = appointment::status.eq_any(OVER).and(appointment::status_since.lt(bound));
    let waits = exists(setback::table.filter(setback::id.eq(appointment::id).and(setback::until.gt(now))));
    let rows = nomination::table.inner_join(appointment::table).filter(old).filter(not(waits)).limit(limit);
    Ok(rows.select(nomination::appointment_id).load(conn)?)
}
