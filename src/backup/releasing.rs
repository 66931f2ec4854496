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

/// What was dropped, in the words and units in which it was told to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// What it is.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

/// What is held; none if the portal is not restored or is released.
pub async fn held(db: &Db) -> Result<Option<Held>, Error> {
    db.read_snapshot(|conn| {
        let Some(hold) = restore_hold::current(conn)? else { return Ok(None) };
        Ok(Some(Held { hold, waiting: store::waiting(conn, hold.restored_at)? }))
    })
    .await
}

/// Drops what is older than `bound`, if that is given, and releases the rest; returns what was dropped.
pub async fn release(announcements: &Announcements, bound: Option<Timestamp>) -> Result<Vec<Dropped>, Error> {
    let Foundation { db, audit, clock, .. } = announcements.foundation().clone();
    let all_dropped = match bound {
        Some(bound) => drop_before(&db, announcements, bound).await?,
        None => Vec::new(),
    };
    let dropped: usize = all_dropped.iter().map(|dropped| dropped.count).sum();
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
    Ok(all_dropped)
}

async fn drop_before(db: &Db, announcements: &Announcements, bound: Timestamp) -> Result<Vec<Dropped>, Error> {
    let before = db.read(store::mails_of_batches).await?;
    let sending = announcements::cancel_begun_before(announcements, bound).await?;
    db.write(move |conn| batches::cancel_opened_before(conn, bound)).await?;
    // While the portal is held, none of them leaves.
    let after = db.read(store::mails_of_batches).await?;
    // The portal's own mails last: the cancellation of announcements has written some, which are new.
    let own = drop_some(db, move |conn| mail::cancel_written_before(conn, bound, AT_ONCE)).await?;
    let deliveries = drop_some(db, move |conn| webhooks::give_up_before(conn, bound, AT_ONCE)).await?;
    let all = [
        (store::OWN_MAILS, own),
        (store::MAILS_OF_BATCHES, usize::try_from(before - after).unwrap_or_default()),
        (store::SENDING, sending),
        (store::DELIVERIES, deliveries),
    ];
    Ok(all.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| Dropped { what, count }).collect())
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
