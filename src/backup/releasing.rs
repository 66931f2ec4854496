//! Releases what a restored portal holds: says what waits and how old it is, drops what the operator does not want to
//! leave a second time, and ends the hold. With that the portal also adopts its storage, and deletes files again.
//!
//! Dropped mails and announcements are cancelled, and deliveries to webhooks given up: they stay in the lists of their
//! features, and nobody gets them. What is scheduled is not dropped; what is overdue, the scheduler of announcements
//! holds by itself. What is due by the calendar (digests, reminders) goes on while the portal is held, so that what the
//! original may have sent too is there to be dropped, and does not come after the release.

use serde_json::json;

use super::store;
use super::types::Waiting;
use crate::announcements::{self, Announcements};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Db};
use crate::error::Error;
use crate::mail::{self, batches};
use crate::restore_hold::{self, Hold};
use crate::service::{Foundation, Service as _};
use crate::time::Timestamp;
use crate::webhooks;

/// Rows that one unit of work drops.
const AT_ONCE: i64 = 1_000;

/// A restored portal that is not released.
#[derive(Clone, Debug)]
pub struct Held {
    /// Since when, and what backup it shows.
    pub hold: Hold,
    /// What waits to leave.
    pub waiting: Vec<Waiting>,
}

/// What is held; none if the portal is not restored or is released.
pub async fn held(db: &Db) -> Result<Option<Held>, Error> {
    db.read_snapshot(|conn| {
        let Some(hold) = restore_hold::current(conn)? else { return Ok(None) };
        Ok(Some(Held { hold, waiting: store::waiting(conn, hold.restored_at)? }))
    })
    .await
}

/// Drops what is older than `bound`, if that is given, and releases the rest; returns how many things were dropped:
/// mails of the portal itself, announcements, batches of digests, deliveries.
pub async fn release(announcements: &Announcements, bound: Option<Timestamp>) -> Result<usize, Error> {
    let Foundation { db, audit, clock, .. } = announcements.foundation().clone();
    let dropped = match bound {
        Some(bound) => drop_before(&db, announcements, bound).await?,
        None => 0,
    };
    db.write(move |conn| {
        // Another process may have been faster.
        let Some(hold) = restore_hold::current(conn)? else { return Ok(()) };
        // What the senders of the original had in hand; those of this portal have nothing as long as it is held.
        mail::return_leases(conn, clock.now())?;
        restore_hold::end(conn)?;
        let detail = json!({"backup": hold.taken_at, "dropped": dropped});
        audit.record(conn, &Trace::default(), &Entry::anonymous(Event::RestoreReleased, None).with(detail))
    })
    .await?;
    tracing::info!(dropped, "released: mails, webhooks and announcements leave again, and files are deleted again");
    Ok(dropped)
}

async fn drop_before(db: &Db, announcements: &Announcements, bound: Timestamp) -> Result<usize, Error> {
    let mut dropped = announcements::cancel_begun_before(announcements, bound).await?;
    dropped += db.write(move |conn| batches::cancel_opened_before(conn, bound)).await?;
    // Mails last: the cancellation of announcements has written some, which are new.
    dropped += drop_some(db, move |conn| mail::cancel_written_before(conn, bound, AT_ONCE)).await?;
    dropped += drop_some(db, move |conn| webhooks::give_up_before(conn, bound, AT_ONCE)).await?;
    Ok(dropped)
}

/// Repeats a bounded step until nothing is left.
async fn drop_some<F>(db: &Db, step: F) -> Result<usize, Error>
where
    F: Fn(&mut Conn) -> Result<usize, Error> + Clone + Send + 'static,
{
    let mut dropped = 0;
    loop {
        let step = step.clone();
        let done = db.write(move |conn| step(conn)).await?;
        dropped += done;
        if done == 0 {
            return Ok(dropped);
        }
    }
}
