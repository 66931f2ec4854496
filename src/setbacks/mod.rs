//! Setbacks: postpones rows that scheduled jobs failed to process. Jobs take due rows a bounded number at a time, the
//! longest due first: rows that always fail would stay at the front and keep all others from being processed.
//!
//! So a row that fails is postponed by an hour, then two, four, … up to a day. The stores that select due rows leave
//! out the postponed ones (the table `setback`).

mod store;

use std::time::Duration;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The wait after the first failure.
const FIRST: Duration = Duration::from_hours(1);
/// The longest wait.
const LATEST: Duration = Duration::from_hours(24);
/// How long a failure is remembered.
const KEPT: Duration = Duration::from_hours(48);

/// Postpones a row that failed.
pub fn record(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    let failures = store::failures(conn, id)?;
    store::put(conn, id, failures.saturating_add(1), now.plus(pause(failures)))
}

/// Deletes old setbacks; returns how many.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(KEPT))
}

/// The wait of a row that has failed so often before.
fn pause(failures: i32) -> Duration {
    let doublings = u32::try_from(failures).unwrap_or_default().min(8);
    FIRST.saturating_mul(1 << doublings).min(LATEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_again_waits_longer() {
        let hours = |failures| pause(failures).as_secs() / 3_600;
        assert_eq!([0, 1, 2, 5, i32::MAX].map(hours), [1, 2, 4, 24, 24]);
    }
}
