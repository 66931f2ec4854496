//! All SQL of places of login, and of generations of devices.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::db::schema::{device, users};
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::time::Timestamp;

/// Stores a login of a person from a place; returns whether this place was known, and whether any was.
pub(super) fn note(conn: &mut Conn, user: Id, fingerprint: &[u8], now: Timestamp) -> Result<(bool, bool), Error> {
    let known =
        diesel::update(device::table.find((user, fingerprint))).set(device::last_seen_at.eq(now)).execute(conn)?;
    if known > 0 {
        return Ok((true, true));
    }
    let others = diesel::select(exists(device::table.filter(device::user_id.eq(user)))).get_result(conn)?;
    diesel::insert_into(device::table)
        .values((device::user_id.eq(user), device::fingerprint.eq(fingerprint), device::last_seen_at.eq(now)))
        .execute(conn)?;
    Ok((false, others))
}

/// Stores the time of a person's first login.
pub(super) fn note_first(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    let never = users::table.filter(users::id.eq(user).and(users::first_login_at.is_null()));
    diesel::update(never).set(users::first_login_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes the places of a person except this one, and begins the next generation of devices.
pub(super) fn forget(conn: &mut Conn, user: Id, but: &[u8]) -> Result<(), Error> {
    let others = device::table.filter(device::user_id.eq(user).and(device::fingerprint.ne(but)));
    diesel::delete(others).execute(conn)?;
    let next = users::device_generation.eq(users::device_generation + 1);
    diesel::update(users::table.find(user)).set(next).execute(conn)?;
    Ok(())
}

/// The same for all people and all places.
pub(super) fn forget_everybodys(conn: &mut Conn) -> Result<(), Error> {
    diesel::delete(device::table).execute(conn)?;
    diesel::update(users::table).set(users::device_generation.eq(users::device_generation + 1)).execute(conn)?;
    Ok(())
}

/// The account with this address, and the generation of its devices.
pub(super) fn generation(conn: &mut Conn, email_key: &str) -> Result<Option<(Id, i32)>, Error> {
    let owner = users::table.filter(users::email_key.eq(email_key)).select((users::id, users::device_generation));
    Ok(owner.first(conn).optional()?)
}

/// Deletes some places without a login since then, the oldest first; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let old = device::table.filter(device::last_seen_at.lt(bound)).order(device::last_seen_at).limit(SWEPT_AT_ONCE);
    let newest: Option<Timestamp> = old.select(device::last_seen_at).load(conn)?.pop();
    let Some(newest) = newest else { return Ok(0) };
    Ok(diesel::delete(device::table.filter(device::last_seen_at.le(newest))).execute(conn)?)
}
