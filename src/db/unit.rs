//! Units of work on a connection: a transaction whose locks are checked (`lock_order`), and the lock of the index of the
//! directory, which belongs to the database as a whole and not to a row.

use diesel::connection::SimpleConnection as _;

use super::connection::{Conn, TURN};
use super::lock_order::{self, Locked};
use crate::error::Error;

impl Conn {
    /// One unit of work: it is committed as a whole, or rolled back.
    ///
    /// # Errors
    /// The error of `work` or the database; then nothing was written.
    pub fn transaction_for_write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        lock_order::begin();
        let outcome = self.transaction_of(work);
        lock_order::end();
        outcome
    }

    /// Waits for the lock of units of work that change the index of the directory, and holds it until this one ends. On
    /// SQLite a unit that writes is alone anyway.
    ///
    /// # Errors
    /// If the lock does not come in time.
    pub fn lock_index(&mut self) -> Result<(), Error> {
        lock_order::note_lock(Locked::Index)?;
        if let Self::Postgres(c) = self {
            c.batch_execute(&format!("SELECT pg_advisory_xact_lock({TURN})"))?;
        }
        Ok(())
    }
}
