//! The time of the database server, by which the processes that share it go ([`Clock::correct`]). SQLite has no server.

use std::time::Instant;

use diesel::RunQueryDsl as _;

use super::connection::Conn;
use super::timestamp::SqlTimestamp;
use crate::error::Error;
use crate::time::{Clock, Measure};

/// Measures at the start: the first may be slowed down by what a new connection reads.
const AT_START: usize = 4;

impl Conn {
    /// What the server's clock shows now; none on SQLite.
    pub(super) fn measure_time(&mut self) -> Result<Option<Measure>, Error> {
        let Self::Postgres(c) = self else { return Ok(None) };
        let asked = Instant::now();
        let shown = diesel::select(diesel::dsl::sql::<SqlTimestamp>("clock_timestamp()")).get_result(c)?;
        Ok(Some(Measure { asked, shown, answered: Instant::now() }))
    }

    /// Sets a clock by the server's; does nothing on SQLite.
    ///
    /// # Errors
    /// If the server can't be asked.
    pub fn set_clock(&mut self, clock: &Clock) -> Result<(), Error> {
        for _ in 0..AT_START {
            if let Some(measure) = self.measure_time()? {
                clock.correct(measure);
            }
        }
        Ok(())
    }
}
