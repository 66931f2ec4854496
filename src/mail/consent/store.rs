//! All SQL of unsubscribed topics, suppressed addresses, and people who are still readers.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{EVERY_TOPIC, Suppression, SuppressionFilter, SuppressionReason};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, mail_opt_out, mail_suppression, users};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// The first character of a masked address (`mask`).
pub(super) const SIGN: char = '#';

pub(super) fn topics_left(conn: &mut Conn, user: Id) -> Result<Vec<String>, Error> {
    Ok(mail_opt_out::table
        .filter(mail_opt_out::user_id.eq(user))
        .order(mail_opt_out::topic)
        .select(mail_opt_out::topic)
        .load(conn)?)
}

/// Returns whether the person was subscribed before.
pub(super) fn opt_out(conn: &mut Conn, user: Id, topic: &str, now: Timestamp) -> Result<bool, Error> {
    let row = (mail_opt_out::user_id.eq(user), mail_opt_out::topic.eq(topic), mail_opt_out::created_at.eq(now));
    let left = on_each!(conn, c => diesel::insert_into(mail_opt_out::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(left > 0)
}

/// Unsubscribes a person from these topics.
pub(super) fn opt_out_of(conn: &mut Conn, user: Id, topics: &[&String], now: Timestamp) -> Result<(), Error> {
    let row = |topic: &&String| {
        (mail_opt_out::user_id.eq(user), mail_opt_out::topic.eq((*topic).clone()), mail_opt_out::created_at.eq(now))
    };
    let rows: Vec<_> = topics.iter().map(row).collect();
    on_each!(conn, c => diesel::insert_into(mail_opt_out::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Subscribes a person to these topics again.
pub(super) fn opt_in(conn: &mut Conn, user: Id, topics: &[&String]) -> Result<(), Error> {
    let left = mail_opt_out::user_id.eq(user).and(mail_opt_out::topic.eq_any(topics.iter().copied()));
    diesel::delete(mail_opt_out::table.filter(left)).execute(conn)?;
    Ok(())
}

/// The people of these who have unsubscribed from a topic, or all of them.
pub(in crate::mail) fn opted_out(conn: &mut Conn, users: &[Id], topic: &str) -> Result<Vec<Id>, Error> {
    let mut left = Vec::new();
    for users in users.chunks(BATCH) {
        let rows = mail_opt_out::table
            .filter(mail_opt_out::user_id.eq_any(users).and(mail_opt_out::topic.eq_any([topic, EVERY_TOPIC])))
            .select(mail_opt_out::user_id);
        left.extend(rows.load::<Id>(conn)?);
    }
    Ok(left)
}

/// The addresses of these that are suppressed now.
pub(in crate::mail) fn suppressed(conn: &mut Conn, keys: &[&str], now: Timestamp) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH) {
        let holds = mail_suppression::until.is_null().or(mail_suppression::until.gt(now));
        let rows = mail_suppression::table
            .filter(mail_suppression::address_key.eq_any(keys).and(holds))
            .select(mail_suppression::address_key);
        found.extend(rows.load::<String>(conn)?);
    }
    Ok(found)
}

/// The people among these whose account is open and who have an appointment in force, each with the key of the address.
pub(super) fn readers(conn: &mut Conn, people: &[Id]) -> Result<Vec<(Id, String)>, Error> {
    let listed: Vec<AppointmentStatus> =
        AppointmentStatus::ALL.iter().copied().filter(|status| status.is_listed()).collect();
    let mut found = Vec::new();
    for people in people.chunks(BATCH) {
        let held = appointment::user_id.eq(users::id.nullable());
        let in_force = appointment::table.filter(held.and(appointment::status.eq_any(listed.clone())));
        let is_open = users::suspended_at.is_null().and(users::erase_at.is_null());
        let rows = users::table.filter(users::id.eq_any(people).and(is_open)).filter(exists(in_force));
        found.extend(rows.select((users::id, users::email_key)).load::<(Id, String)>(conn)?);
    }
    Ok(found)
}

/// The suppressions of these addresses that apply now.
pub(super) fn suppressions_of(conn: &mut Conn, keys: &[&str], now: Timestamp) -> Result<Vec<Suppression>, Error> {
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH) {
        let holds = mail_suppression::until.is_null().or(mail_suppression::until.gt(now));
        let rows = mail_suppression::table.filter(mail_suppression::address_key.eq_any(keys).and(holds));
        found.extend(rows.select(Suppression::as_select()).load::<Suppression>(conn)?);
    }
    Ok(found)
}

/// A page of the suppressions that apply now, in the order of the addresses.
pub(super) fn suppressions(
    conn: &mut Conn,
    filter: &SuppressionFilter,
    after: Option<&str>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Suppression>, Error> {
    let mut query = mail_suppression::table
        .filter(mail_suppression::until.is_null().or(mail_suppression::until.gt(now)))
        .select(Suppression::as_select())
        .order(mail_suppression::address_key)
        .limit(limit)
        .into_boxed();
    if !filter.reasons.is_empty() {
        query = query.filter(mail_suppression::reason.eq_any(filter.reasons.clone()));
    }
    if let Some(prefix) = &filter.prefix {
        // A range, so that the index of addresses is used. No text sorts after the last Unicode character.
        let end = format!("{prefix}\u{10ffff}");
        let begins = mail_suppression::address_key.ge(prefix.clone()).and(mail_suppression::address_key.lt(end));
        query = query.filter(begins.or(mail_suppression::address_key.eq(filter.mask.clone().unwrap_or_default())));
    }
    if let Some(after) = after {
        query = query.filter(mail_suppression::address_key.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Stores those of these rows whose address is not on the list.
pub(super) fn insert_absent(conn: &mut Conn, rows: &[Suppression]) -> Result<(), Error> {
    for rows in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(mail_suppression::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// The rows of these addresses, whether or not they still apply, locked in the order of the addresses until this unit
/// of work ends. On SQLite a unit that writes is alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, keys: &[&str]) -> Result<Vec<Suppression>, Error> {
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH) {
        let rows = mail_suppression::table
            .filter(mail_suppression::address_key.eq_any(keys))
            .order(mail_suppression::address_key);
        found.extend(match conn {
            Conn::Postgres(c) => rows.for_update().select(Suppression::as_select()).load::<Suppression>(c)?,
            Conn::Sqlite(c) => rows.select(Suppression::as_select()).load::<Suppression>(c)?,
        });
    }
    Ok(found)
}

/// Stores these rows, each address once, replacing existing ones.
pub(super) fn suppress(conn: &mut Conn, rows: &[Suppression]) -> Result<(), Error> {
    for rows in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(mail_suppression::table)
            .values(rows)
            .on_conflict(mail_suppression::address_key)
            .do_update()
            .set((
                mail_suppression::reason.eq(excluded(mail_suppression::reason)),
                mail_suppression::source.eq(excluded(mail_suppression::source)),
                mail_suppression::until.eq(excluded(mail_suppression::until)),
                mail_suppression::created_at.eq(excluded(mail_suppression::created_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// The addresses of these that are on the list at all.
pub(super) fn listed(conn: &mut Conn, keys: &[&str]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH) {
        let rows = mail_suppression::table.filter(mail_suppression::address_key.eq_any(keys));
        found.extend(rows.select(mail_suppression::address_key).load::<String>(conn)?);
    }
    Ok(found)
}

/// Since when an address is on the list, whether or not it still applies.
pub(super) fn listed_since(conn: &mut Conn, address_key: &str) -> Result<Option<Timestamp>, Error> {
    Ok(mail_suppression::table.find(address_key).select(mail_suppression::created_at).first(conn).optional()?)
}

/// Renames an address on the list, unless the new one is there already.
pub(super) fn rename(conn: &mut Conn, from: &str, to: &str) -> Result<(), Error> {
    let known: Option<Suppression> =
        mail_suppression::table.find(from).select(Suppression::as_select()).first(conn).optional()?;
    let Some(known) = known else { return Ok(()) };
    diesel::delete(mail_suppression::table.find(from)).execute(conn)?;
    let row = Suppression { address: to.to_owned(), ..known };
    on_each!(conn, c => diesel::insert_into(mail_suppression::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Plain addresses that have been on the list since before `bound`, and that no account has.
pub(super) fn unknown(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<Vec<String>, Error> {
    let accounts = users::table.filter(users::email_key.eq(mail_suppression::address_key));
    Ok(mail_suppression::table
        .filter(mail_suppression::created_at.lt(bound))
        .filter(mail_suppression::address_key.not_like(format!("{SIGN}%")))
        .filter(not(exists(accounts)))
        .limit(most)
        .select(mail_suppression::address_key)
        .load(conn)?)
}

/// Removes an address that is suppressed for one of these reasons.
pub(super) fn release(conn: &mut Conn, address_key: &str, reasons: &[SuppressionReason]) -> Result<(), Error> {
    let row = mail_suppression::address_key.eq(address_key).and(mail_suppression::reason.eq_any(reasons));
    diesel::delete(mail_suppression::table.filter(row)).execute(conn)?;
    Ok(())
}

/// Removes an address from the list; returns why it was there.
pub(super) fn unsuppress(conn: &mut Conn, address_key: &str) -> Result<Option<SuppressionReason>, Error> {
    let held = lock_for_update(conn, &[address_key])?.pop();
    diesel::delete(mail_suppression::table.find(address_key)).execute(conn)?;
    Ok(held.map(|held| held.reason))
}

pub(super) fn silenced(conn: &mut Conn, topic: Option<&str>, now: Timestamp) -> Result<Vec<Id>, Error> {
    let holds = mail_suppression::until.is_null().or(mail_suppression::until.gt(now));
    let keys = mail_suppression::table.filter(holds).select(mail_suppression::address_key);
    let mut people: Vec<Id> = users::table.filter(users::email_key.eq_any(keys)).select(users::id).load(conn)?;
    if let Some(topic) = topic {
        let left = mail_opt_out::table.filter(mail_opt_out::topic.eq_any([topic, EVERY_TOPIC]));
        people.extend(left.select(mail_opt_out::user_id).load::<Id>(conn)?);
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
