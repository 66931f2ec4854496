//! Batches: the mails of one announcement together, whether they may be sent, and the counts of their states.
//!
//! A batch is running, paused, cancelled or done. Senders claim from running batches only, so a pause changes one row,
//! whatever the size of the batch. Each sender reads within a second which batches still run, and returns mails of the
//! others to the outbox. The mails of a cancelled batch are marked a bounded number at a time ([`cancel_some`]).
//!
//! Long after a batch is done its mails are deleted, some at a time; its counters keep the result.
//!
//! The counters change in the transaction that changes the mails, by a [`Tally`], so they add up at any moment: total =
//! sent + failed + deferred + skipped + cancelled + pending. Further counters have the bounces and complaints about
//! sent mails.

mod store;

use std::collections::BTreeMap;

pub(super) use store::running;

use super::types::{BounceKind, Counts, MailState, Outcome};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

crate::text_enum! {
    /// Whether the mails of a batch may be sent.
    pub enum BatchState {
        /// They are sent.
        Running = "running",
        /// They wait.
        Paused = "paused",
        /// Those that were not sent never will be.
        Cancelled = "cancelled",
        /// None is left to be sent.
        Done = "done",
    }
}

/// The change of a batch's counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) total: i64,
    pub(super) skipped: i64,
    pub(super) sent: i64,
    pub(super) failed: i64,
    pub(super) cancelled: i64,
    pub(super) deferred: i64,
    pub(super) bounced: i64,
    pub(super) complaints: i64,
    /// The bounces because of the text, the sender or the route.
    pub(super) turned_back: i64,
}

impl Tally {
    /// The change by an attempt for a mail that was, or was not, tried before.
    pub(super) fn of(outcome: &Outcome, tried: bool) -> Self {
        let left = Self { deferred: -i64::from(tried), ..Self::default() };
        match outcome {
            Outcome::Sent => Self { sent: 1, ..left },
            Outcome::Failed => Self { failed: 1, ..left },
            Outcome::Skipped => Self { skipped: 1, ..left },
            Outcome::Retry { .. } => Self { deferred: i64::from(!tried), ..Self::default() },
            Outcome::PutBack { .. } => Self::default(),
        }
    }

    /// The change by a report about a sent mail.
    pub(super) fn of_report(kind: BounceKind, spares_address: bool) -> Self {
        match kind {
            BounceKind::Soft | BounceKind::Hard => {
                Self { bounced: 1, turned_back: i64::from(spares_address), ..Self::default() }
            }
            BounceKind::Complaint => Self { complaints: 1, ..Self::default() },
        }
    }

    /// Adds another change.
    pub(super) fn add(&mut self, other: Self) {
        self.total += other.total;
        self.skipped += other.skipped;
        self.sent += other.sent;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
        self.deferred += other.deferred;
        self.bounced += other.bounced;
        self.complaints += other.complaints;
        self.turned_back += other.turned_back;
    }
}

/// Applies the changes of several batches.
pub(super) fn tally(conn: &mut Conn, tallies: &BTreeMap<Id, Tally>) -> Result<(), Error> {
    for (batch, tally) in tallies.iter().filter(|(_, tally)| **tally != Tally::default()) {
        store::add(conn, *batch, *tally)?;
    }
    Ok(())
}

/// Opens a batch, empty and running. `topic` is what its readers may have unsubscribed from; none for official notices.
pub fn open(conn: &mut Conn, id: Id, kind: &str, topic: Option<&str>, now: Timestamp) -> Result<(), Error> {
    store::insert(conn, id, kind, topic, now)
}

/// Marks a batch as complete: all of its mails are written.
pub fn set_filled(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::set_filled(conn, id)
}

/// Stops the sending of waiting mails.
pub fn pause(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Running], BatchState::Paused)
}

/// Continues the sending.
pub fn resume(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Paused], BatchState::Running)
}

/// Cancels a batch. [`cancel_some`] then marks its mails.
pub fn cancel(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Running, BatchState::Paused], BatchState::Cancelled)
}

/// Cancels all running batches that were opened before `bound`; returns how many.
pub fn cancel_opened_before(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::cancel_opened_before(conn, bound)
}

/// Marks up to `most` mails of cancelled batches as cancelled; returns how many.
pub fn cancel_some(conn: &mut Conn, most: i64) -> Result<usize, Error> {
    let Some(batch) = store::to_cancel(conn)? else { return Ok(0) };
    let (untried, tried) = store::cancel(conn, batch, most)?;
    let tally = Tally { cancelled: untried + tried, deferred: -tried, ..Tally::default() };
    store::add(conn, batch, tally)?;
    Ok(usize::try_from(untried + tried).unwrap_or_default())
}

/// Resets up to `most` failed mails of a batch, to be tried as if for the first time, except those that were set aside;
/// returns how many.
pub fn retry_failed(
    conn: &mut Conn,
    batch: Id,
    expires_at: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<usize, Error> {
    let mails = store::retry_failed(conn, batch, expires_at, now, most)?;
    if mails > 0 {
        store::change_state(conn, batch, &[BatchState::Done], BatchState::Running)?;
        store::add(conn, batch, Tally { failed: -i64::try_from(mails).unwrap_or_default(), ..Tally::default() })?;
    }
    Ok(mails)
}

/// Up to `most` batches that have no waiting mail and are not marked as done; none that was postponed (`setbacks`).
pub fn finished(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>, Error> {
    store::finished(conn, now, most)
}

/// Marks a batch as done, if it has no waiting mail; returns whether it was not before.
pub fn close_finished(conn: &mut Conn, id: Id, now: Timestamp) -> Result<bool, Error> {
    store::close(conn, id, now)
}

/// Whether [`cancel_some`] has work.
pub fn any_to_cancel(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::to_cancel(conn)?.is_some())
}

/// The counters of a batch; all zero if there is no such batch.
pub fn counts(conn: &mut Conn, batch: Id) -> Result<Counts, Error> {
    Ok(store::tally_of(conn, batch)?.map_or_else(Counts::default, |tally| {
        let settled = tally.sent + tally.failed + tally.skipped + tally.cancelled;
        Counts {
            total: tally.total,
            pending: tally.total - settled - tally.deferred,
            deferred: tally.deferred,
            sent: tally.sent,
            failed: tally.failed,
            skipped: tally.skipped,
            cancelled: tally.cancelled,
            bounced: tally.bounced,
            complaints: tally.complaints,
        }
    }))
}

/// The bounces of a batch because of the text, the sender or the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedBack {
    /// How many mails.
    pub mails: i64,
    /// The number of sent mails.
    pub sent: i64,
    /// The number of mails that were not sent yet.
    pub waiting: i64,
}

/// Batches with such bounces since they were last checked, the oldest first.
pub fn to_weigh(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    store::to_weigh(conn)
}

/// Notes that a batch was checked, and returns its bounces; none if the Secretariat was warned before.
pub fn weigh(conn: &mut Conn, batch: Id) -> Result<Option<TurnedBack>, Error> {
    let warned = store::weigh(conn, batch)?;
    let tally = store::tally_of(conn, batch)?.filter(|_| !warned);
    Ok(tally.map(|tally| TurnedBack {
        mails: tally.turned_back,
        sent: tally.sent,
        waiting: tally.total - tally.sent - tally.failed - tally.skipped - tally.cancelled,
    }))
}

/// A domain from which all sent mails of a batch were returned, `least` mails or more.
pub fn closed_domain(conn: &mut Conn, batch: Id, least: i64) -> Result<Option<String>, Error> {
    store::closed_domain(conn, batch, least)
}

/// Notes that the Secretariat was warned of returned mails; once for all.
pub fn set_warned(conn: &mut Conn, batch: Id, now: Timestamp) -> Result<(), Error> {
    store::set_warned(conn, batch, now)
}

/// The end of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct End {
    /// When its last mail was done, if that is so.
    pub finished_at: Option<Timestamp>,
    /// When its mails were deleted, if they are.
    pub collapsed_at: Option<Timestamp>,
}

/// The end of a batch; empty if there is no such batch.
pub fn end_of(conn: &mut Conn, batch: Id) -> Result<End, Error> {
    Ok(store::end_of(conn, batch)?.unwrap_or_default())
}

/// A batch that was done before `bound` and still has its mails; the longest done first, and none that was postponed
/// (`setbacks`).
pub fn to_collapse(conn: &mut Conn, bound: Timestamp, now: Timestamp) -> Result<Option<Id>, Error> {
    store::to_collapse(conn, bound, now)
}

/// Whether a batch was done before `bound` and still has its mails.
pub fn is_to_collapse(conn: &mut Conn, batch: Id, bound: Timestamp) -> Result<bool, Error> {
    store::is_to_collapse(conn, batch, bound)
}

/// Up to `most` mails of a batch, each with whether it was sent.
pub fn some_mails(conn: &mut Conn, batch: Id, most: i64) -> Result<Vec<(Id, bool)>, Error> {
    let mails = store::some_mails(conn, batch, most)?;
    Ok(mails.into_iter().map(|(id, state)| (id, state == MailState::Sent)).collect())
}

/// Deletes mails of a batch, with their own contents. The counters stay.
pub fn delete_mails(conn: &mut Conn, mails: &[Id]) -> Result<(), Error> {
    store::delete_mails(conn, mails)
}

/// Marks the mails of a batch as deleted, and deletes their common contents.
pub fn set_collapsed(conn: &mut Conn, batch: Id, contents: &[Id], now: Timestamp) -> Result<(), Error> {
    store::set_collapsed(conn, batch, now)?;
    store::delete_contents(conn, contents)
}

/// Deletes a batch whose counters are not needed.
pub fn delete(conn: &mut Conn, batch: Id) -> Result<(), Error> {
    store::delete(conn, batch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome() -> impl Strategy<Value = Outcome> {
        let at = Timestamp::from_micros(0);
        prop_oneof![
            Just(Outcome::Sent),
            Just(Outcome::Failed),
            Just(Outcome::Skipped),
            Just(Outcome::Retry { at }),
            Just(Outcome::PutBack { at }),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_to_mails_the_counters_say_where_they_stand(
            mails in prop::collection::vec(prop::collection::vec(outcome(), 0..6), 1..20),
        ) {
            let mut tally = Tally { total: i64::try_from(mails.len()).unwrap(), ..Tally::default() };
            let mut real = Tally { total: tally.total, ..Tally::default() };
            for tries in &mails {
                let mut tried = false;
                let mut end = None;
                for outcome in tries {
                    tally.add(Tally::of(outcome, tried));
                    match outcome {
                        Outcome::Retry { .. } => tried = true,
                        Outcome::PutBack { .. } => {}
                        over => { end = Some(over.clone()); break; }
                    }
                }
                match end {
                    Some(Outcome::Sent) => real.sent += 1,
                    Some(Outcome::Failed) => real.failed += 1,
                    Some(Outcome::Skipped) => real.skipped += 1,
                    _ => real.deferred += i64::from(tried),
                }
            }
            prop_assert_eq!(tally, real);
        }
    }
}
