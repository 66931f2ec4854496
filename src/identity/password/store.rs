//! All SQL of how a password was chosen. The hash itself stands with its owner (`identity::store`).

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Id};
use crate::error::Error;

/// Whether a person's password was chosen by the shorter rule, as far as is known.
pub(in super::super) fn is_short(conn: &mut Conn, user: Id) -> Result<bool, Error> {
    let known: Option<bool> = users::table.find(user).select(users::password_is_short).first(conn)?;
    Ok(known.unwrap_or(false))
}

/// Says by which rule a password was chosen.
pub(in super::super) fn set_short(conn: &mut Conn, user: Id, short: bool) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::password_is_short.eq(short)).execute(conn)?;
    Ok(())
}

/// The same where it is not known yet.
pub(in super::super) fn note_short(conn: &mut Conn, user: Id, short: bool) -> Result<(), Error> {
    let unknown = users::table.filter(users::id.eq(user).and(users::password_is_short.is_null()));
    diesel::update(unknown).set(users::password_is_short.eq(short)).execute(conn)?;
    Ok(())
}
