//! All SQL of the hold: one row, or none.

use diesel::prelude::*;

use super::Hold;
use crate::db::schema::restore_hold;
use crate::db::{Conn, Wakeup};
use crate::error::Error;
use crate::time::Timestamp;

/// The number of the only row.
const ONLY: i16 = 1;

pub(super) fn current(conn: &mut Conn) -> Result<Option<Hold>, Error> {
    let row = restore_hold::table.find(ONLY).select((restore_hold::taken_at, restore_hold::restored_at));
    let found: Option<(Timestamp, Timestamp)> = row.first(conn).optional()?;
    Ok(found.map(|(taken_at, restored_at)| Hold { taken_at, restored_at }))
}

pub(super) fn insert(conn: &mut Conn, hold: Hold) -> Result<(), Error> {
    diesel::insert_into(restore_hold::table)
        .values((
            restore_hold::id.eq(ONLY),
            restore_hold::taken_at.eq(hold.taken_at),
            restore_hold::restored_at.eq(hold.restored_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn) -> Result<(), Error> {
    diesel::delete(restore_hold::table.find(ONLY)).execute(conn)?;
    for wakeup in [Wakeup::TransactionalMail, Wakeup::BulkMail, Wakeup::Event, Wakeup::Announcement] {
        conn.wake(wakeup);
    }
    Ok(())
}
