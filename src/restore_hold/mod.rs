//! The hold of a restored portal: nothing leaves it until an operator releases it.
//!
//! A database that was restored from a backup has mails, webhooks and announcements that may have left long ago. So
//! `portal restore` writes one row, and whoever sends reads it in the unit of work that claims: the sender of mail, the
//! dispatcher of webhooks, the scheduler of announcements. The storage of files deletes nothing meanwhile, since its
//! folder or bucket may still be that of the original. `portal release` deletes the row.
//!
//! This module is below all of them, and knows none. Left out: what is held, and how it is dropped (`backup`).

mod store;

use crate::db::Conn;
use crate::error::Error;
use crate::time::Timestamp;

/// Why nothing leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The moment that the backup shows.
    pub taken_at: Timestamp,
    /// When it was restored.
    pub restored_at: Timestamp,
}

/// The hold of this database; none if it was not restored, or was released.
pub fn current(conn: &mut Conn) -> Result<Option<Hold>, Error> {
    store::current(conn)
}

/// Whether nothing may leave.
pub fn is_held(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::current(conn)?.is_some())
}

/// Begins to hold, in place of a hold that the backup may have had itself.
pub fn begin(conn: &mut Conn, hold: Hold) -> Result<(), Error> {
    store::delete(conn)?;
    store::insert(conn, hold)
}

/// Ends the hold, and wakes whoever waits.
pub fn end(conn: &mut Conn) -> Result<(), Error> {
    store::delete(conn)
}
