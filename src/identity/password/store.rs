//! All SQL about the rule by which a password was chosen, and about the costs of hashes. `identity::store` stores the
//! hash itself.

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Id, MultiBackend};
use crate::error::Error;

/// A stored hash that begins with none of these costs. This scans the table, and is for the start of a process.
pub(super) fn hash_of_other_cost(conn: &mut Conn, known: &[String]) -> Result<Option<String>, Error> {
    let mut query = users::table
        .filter(users::password_hash.like("$argon2id$%"))
        .select(users::password_hash)
        .limit(1)
        .into_boxed::<MultiBackend>();
    for prefix in known {
        query = query.filter(users::password_hash.not_like(format!("{prefix}%")));
    }
    let found: Vec<String> = query.load(conn)?;
    Ok(found.into_iter().next())
}

/// Whether a person's password was chosen by the shorter rule; false if unknown.
pub(in super::super) fn is_short(conn: &mut Conn, user: Id) -> Result<bool, Error> {
    let known: Option<bool> = users::table.find(user).select(users::password_is_short).first(conn)?;
    Ok(known.unwrap_or(false))
}

/// Stores by which rule a password was chosen.
pub(in super::super) fn set_short(conn: &mut Conn, user: Id, short: bool) -> Result<(), Error> {
    diesel::update(users::table.find(user)).set(users::password_is_short.eq(short)).execute(conn)?;
    Ok(())
}

/// The same, unless it is known already.
pub(in super::super) fn note_short(conn: &mut Conn, user: Id, short: bool) -> Result<(), Error> {
    let unknown = users::table.filter(users::id.eq(user).and(users::password_is_short.is_null()));
    diesel::update(unknown).set(users::password_is_short.eq(short)).execute(conn)?;
    Ok(())
}
