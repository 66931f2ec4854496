//! What the clock could not do. It looks for what is due a bounded number at a time, the longest due first: what fails each
//! time would stand at the front for ever, and as much of it as is looked for would keep everything else from being done.
//!
//! So whatever fails moves back: it is not looked for again before an hour has passed, then two, four, … up to a day. The
//! stores that look for what is due leave out what is set back (the table `setback`).

mod store;

use std::time::Duration;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// When something is tried again that failed for the first time.
const FIRST: Duration = Duration::from_hours(1);
/// And at the latest.
const LATEST: Duration = Duration::from_hours(24);
/// How long it is remembered that something failed.
const KEPT: Duration = Duration::from_hours(48);

/// Sets something back that failed.
///
/// # Errors
/// Where the database says no.
pub fn note(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    let failures = store::failures(conn, id)?;
    store::put(conn, id, failures.saturating_add(1), now.plus(pause(failures)))
}

/// Forgets what was set back long ago; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(KEPT))
}

/// How long something waits that had failed so often before.
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
