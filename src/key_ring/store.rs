//! All SQL of the root of the keys.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::master_root;
use crate::error::Error;
use crate::time::Timestamp;

/// The number of the one row.
const ONLY: i16 = 1;

/// The sealed root.
pub(super) fn root(conn: &mut Conn) -> Result<Option<Vec<u8>>, Error> {
    Ok(master_root::table.find(ONLY).select(master_root::sealed).first(conn).optional()?)
}

pub(super) fn insert_root(conn: &mut Conn, sealed: &[u8], now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(master_root::table)
        .values((master_root::id.eq(ONLY), master_root::sealed.eq(sealed), master_root::created_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_root(conn: &mut Conn, sealed: &[u8]) -> Result<(), Error> {
    diesel::update(master_root::table.find(ONLY)).set(master_root::sealed.eq(sealed)).execute(conn)?;
    Ok(())
}
