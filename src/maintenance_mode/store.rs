//! The SQL of the maintenance mode.

use diesel::prelude::*;

use super::types::Notice;
use crate::db::Conn;
use crate::db::schema::maintenance_mode;
use crate::error::Error;
use crate::on_each;

/// The id of the only row.
const ONLY: i16 = 1;

/// The mode, if it is on.
pub(super) fn notice(conn: &mut Conn) -> Result<Option<Notice>, Error> {
    Ok(maintenance_mode::table.find(ONLY).select(Notice::as_select()).first(conn).optional()?)
}

/// Switches the mode on, or changes it.
pub(super) fn put(conn: &mut Conn, notice: &Notice) -> Result<(), Error> {
    let told = || (maintenance_mode::until.eq(notice.until), maintenance_mode::text.eq(notice.text.as_str()));
    let row = (maintenance_mode::id.eq(ONLY), maintenance_mode::since.eq(notice.since), told());
    on_each!(conn, c => diesel::insert_into(maintenance_mode::table)
        .values(row)
        .on_conflict(maintenance_mode::id)
        .do_update()
        .set(told())
        .execute(c))?;
    Ok(())
}

/// Switches the mode off; returns whether it was on.
pub(super) fn delete(conn: &mut Conn) -> Result<bool, Error> {
    Ok(diesel::delete(maintenance_mode::table.find(ONLY)).execute(conn)? > 0)
}
