//! The mails of one announcement together: whether they may leave, and how many stand where.
//!
//! A batch is running, paused, cancelled or done. Senders claim from running batches alone, so a pause is one row that
//! changes, whatever the batch holds; and each knows within a second which batches still run, so that mails in hand go back.
//! A cancelled batch's mails are marked a bounded number at a time ([`cancel_some`]).
//!
//! Long after a batch is done its mails are deleted, some at a time, and its counters say what they came to.
//!
//! The counters change in the transaction that changes the mails ([`Tally`] says by how much), so they add up at any moment:
//! total = sent + failed + deferred + skipped + cancelled + pending. Beside them stands what came back of those that were sent.

mod store;

use std::collections::BTreeMap;

pub(super) use store::running;

use super::types::{BounceKind, Counts, MailState, Outcome};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

crate::text_enum! {
    /// Whether the mails of a batch may leave.
    pub enum BatchState {
        /// They leave.
        Running = "running",
        /// They wait.
        Paused = "paused",
        /// Those that have not left never will.
        Cancelled = "cancelled",
        /// There is none left to leave.
        Done = "done",
    }
}

/// By how much the counters of a batch change.
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
}

impl Tally {
    /// What a try changes for a mail that was, or was not, tried before.
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

    /// What a report changes about a mail that had left.
    pub(super) fn of_report(kind: BounceKind) -> Self {
        match kind {
            BounceKind::Soft | BounceKind::Hard => Self { bounced: 1, ..Self::default() },
            BounceKind::Complaint => Self { complaints: 1, ..Self::default() },
        }
    }

    /// Both together.
    pub(super) fn add(&mut self, other: Self) {
        self.total += other.total;
        self.skipped += other.skipped;
        self.sent += other.sent;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
        self.deferred += other.deferred;
        self.bounced += other.bounced;
        self.complaints += other.complaints;
    }
}

/// Writes down what changed in several batches.
///
/// # Errors
/// Where the database says no.
pub(super) fn tally(conn: &mut Conn, tallies: &BTreeMap<Id, Tally>) -> Result<(), Error> {
    for (batch, tally) in tallies.iter().filter(|(_, tally)| **tally != Tally::default()) {
        store::add(conn, *batch, *tally)?;
    }
    Ok(())
}

/// Opens a batch, empty and running. `topic` is what its readers may have left; none where nobody may.
///
/// # Errors
/// Where the database says no.
pub fn open(conn: &mut Conn, id: Id, kind: &str, topic: Option<&str>, now: Timestamp) -> Result<(), Error> {
    store::insert(conn, id, kind, topic, now)
}

/// All of its mails are there.
///
/// # Errors
/// Where the database says no.
pub fn set_filled(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::set_filled(conn, id)
}

/// Holds back what has not left.
///
/// # Errors
/// Where the database says no.
pub fn pause(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Running], BatchState::Paused)
}

/// Lets it leave again.
///
/// # Errors
/// Where the database says no.
pub fn resume(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Paused], BatchState::Running)
}

/// Sees to it that no more of it leaves. [`cancel_some`] says so of each mail.
///
/// # Errors
/// Where the database says no.
pub fn cancel(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::change_state(conn, id, &[BatchState::Running, BatchState::Paused], BatchState::Cancelled)
}

/// Marks up to `most` mails of cancelled batches as cancelled; how many.
///
/// # Errors
/// Where the database says no.
pub fn cancel_some(conn: &mut Conn, most: i64) -> Result<usize, Error> {
    let Some(batch) = store::to_cancel(conn)? else { return Ok(0) };
    let (untried, tried) = store::cancel(conn, batch, most)?;
    let tally = Tally { cancelled: untried + tried, deferred: -tried, ..Tally::default() };
    store::add(conn, batch, tally)?;
    Ok(usize::try_from(untried + tried).unwrap_or_default())
}

/// Puts up to `most` mails of a batch that had failed back, to be tried as if for the first time; how many. None that was set
/// aside.
///
/// # Errors
/// Where the database says no.
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

/// Says of batches that have nothing left to send that they are done; which.
///
/// # Errors
/// Where the database says no.
pub fn close_finished(conn: &mut Conn, now: Timestamp) -> Result<Vec<Id>, Error> {
    store::close(conn, now)
}

/// Whether [`close_finished`] has something to do.
///
/// # Errors
/// Where the database says no.
pub fn any_finished(conn: &mut Conn) -> Result<bool, Error> {
    store::any_finished(conn)
}

/// Whether [`cancel_some`] has something to do.
///
/// # Errors
/// Where the database says no.
pub fn any_to_cancel(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::to_cancel(conn)?.is_some())
}

/// How many mails of a batch stand where; all none where there is no such batch.
///
/// # Errors
/// Where the database says no.
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

/// How far a batch has come to its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct End {
    /// When there was none left to leave, where that is so.
    pub finished_at: Option<Timestamp>,
    /// When its mails were deleted, where they are.
    pub collapsed_at: Option<Timestamp>,
}

/// How far a batch has come to its end; not at all where there is no such batch.
///
/// # Errors
/// Where the database says no.
pub fn end_of(conn: &mut Conn, batch: Id) -> Result<End, Error> {
    Ok(store::end_of(conn, batch)?.unwrap_or_default())
}

/// A batch that was done before `bound` and has its mails still; the longest done first.
///
/// # Errors
/// Where the database says no.
pub fn to_collapse(conn: &mut Conn, bound: Timestamp) -> Result<Option<Id>, Error> {
    store::to_collapse(conn, bound)
}

/// Up to `most` mails of a batch, each with whether it has left.
///
/// # Errors
/// Where the database says no.
pub fn some_mails(conn: &mut Conn, batch: Id, most: i64) -> Result<Vec<(Id, bool)>, Error> {
    let mails = store::some_mails(conn, batch, most)?;
    Ok(mails.into_iter().map(|(id, state)| (id, state == MailState::Sent)).collect())
}

/// Deletes mails of a batch, with what each said to its reader alone. The counts stay.
///
/// # Errors
/// Where the database says no.
pub fn delete_mails(conn: &mut Conn, mails: &[Id]) -> Result<(), Error> {
    store::delete_mails(conn, mails)
}

/// Says of a batch that its mails are deleted, and deletes what they all said.
///
/// # Errors
/// Where the database says no.
pub fn set_collapsed(conn: &mut Conn, batch: Id, contents: &[Id], now: Timestamp) -> Result<(), Error> {
    store::set_collapsed(conn, batch, now)?;
    store::delete_contents(conn, contents)
}

/// Deletes a batch that nobody counts.
///
/// # Errors
/// Where the database says no.
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
