//! Sealing: new entries of the audit log get their links, in rounds of bounded steps.
//!
//! A step goes over the ids of the log from where the step before it stopped, a page at a time, and compares each page
//! with the ids that have a link: two ranges of two indexes. It seals the first entries that have none, and remembers
//! its place. So a round costs as much as there are entries in it, however many the last hour had.
//!
//! An entry may be committed after one with a later id. Each round therefore begins some minutes before the end of the
//! last one of this process ([`SealingRounds`]), and now and then a whole hour before the newest link.
//!
//! One process seals at a time; another one that finds it at work leaves the rest to it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Head, STRAGGLERS, rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::secrets::Mac;
use crate::time::Timestamp;

/// Entries that one step seals.
const BATCH: usize = 1_000;
/// Ids that are compared at once.
const PAGE: i64 = 5_000;
/// Pages without anything to seal that one step goes over.
const MOST_PAGES: usize = 4;
/// How far before the end of the last round the next one begins: longer than all but a few units of work.
const OVERLAP: Duration = Duration::from_mins(3);
/// How often a round goes over the whole last hour.
const WHOLE_HOUR: Duration = Duration::from_mins(15);
/// The lock of the process that seals.
const SEALING: i64 = 7_109;

/// The entries that one step sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBatch {
    /// The number of entries.
    pub entries: usize,
    /// The end of the chain.
    pub head: Head,
    /// The place after which the next step of the round begins; none at the end of the round.
    pub last: Option<Id>,
    /// Whether another process is sealing, so that this one did nothing.
    pub is_elsewhere: bool,
}

/// Seals some of the entries that were written before `until` and have no link. The first step of a round (`after` is
/// none) begins an hour before the newest link; each later one after the place where the step before it stopped.
pub fn seal(conn: &mut Conn, mac: &Mac, after: Option<Id>, until: Timestamp) -> Result<SealedBatch, Error> {
    let mut since = match after {
        Some(last) => last,
        None => store::newest_sealed(conn)?.map_or(Id::nil(), |at| Id::first_of(at.minus(STRAGGLERS))),
    };
    let until = Id::first_of(until.plus(Duration::from_millis(1)));
    for _ in 0..MOST_PAGES {
        let page = store::page(conn, since, until, PAGE)?;
        let Some(last) = page.last() else { return nothing(conn, None) };
        if !without_link(conn, &page)?.is_empty() {
            return seal_some(conn, mac, &page);
        }
        since = *last;
    }
    nothing(conn, Some(since))
}

/// A step that found nothing to seal up to this place.
fn nothing(conn: &mut Conn, last: Option<Id>) -> Result<SealedBatch, Error> {
    Ok(SealedBatch { entries: 0, head: store::head(conn)?, last, is_elsewhere: false })
}

/// Seals the first entries of a page that have no link, unless another process seals.
fn seal_some(conn: &mut Conn, mac: &Mac, page: &[Id]) -> Result<SealedBatch, Error> {
    if !conn.try_alone(SEALING)? {
        return Ok(SealedBatch { is_elsewhere: true, ..nothing(conn, None)? });
    }
    // Again, now that no other process adds links.
    let mut open = without_link(conn, page)?;
    let is_whole_page = open.len() <= BATCH;
    open.truncate(BATCH);
    let last = if is_whole_page { page.last() } else { open.last() }.copied();
    let mut head = store::head(conn)?;
    let entries = store::some(conn, &open)?;
    let mut links = Vec::with_capacity(entries.len());
    for entry in &entries {
        head = Head { position: head.position + 1, link: rules::link(mac, &head, entry) };
        links.push((head.position, entry.id, head.link.clone()));
    }
    store::insert_links(conn, &links)?;
    Ok(SealedBatch { entries: entries.len(), head, last, is_elsewhere: false })
}

/// The ids of a page without a link, in their order.
fn without_link(conn: &mut Conn, page: &[Id]) -> Result<Vec<Id>, Error> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Vec::new()) };
    let sealed: HashSet<Id> = store::sealed(conn, *first, *last)?.into_iter().collect();
    Ok(page.iter().copied().filter(|id| !sealed.contains(id)).collect())
}

/// The rounds of this process: where the next one begins.
#[derive(Default)]
pub struct SealingRounds(Mutex<Rounds>);

#[derive(Clone, Copy, Default)]
struct Rounds {
    /// Until when everything that was there has been sealed.
    until: Option<Timestamp>,
    /// When a round last went over the whole hour.
    whole_hour: Option<Timestamp>,
}

impl SealingRounds {
    /// The place at which a round begins now; none for the whole last hour.
    #[must_use]
    pub fn begin(&self, now: Timestamp) -> Option<Id> {
        let rounds = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_whole = rounds.whole_hour.is_none_or(|at| now >= at.plus(WHOLE_HOUR));
        if is_whole { None } else { rounds.until.map(|until| Id::first_of(until.minus(OVERLAP))) }
    }

    /// Remembers a round that began there and sealed everything up to `until`.
    pub fn end(&self, began: Option<Id>, until: Timestamp) {
        let mut rounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if began.is_none() {
            rounds.whole_hour = Some(until);
        }
        rounds.until = Some(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_begins_a_little_before_the_last_one_ended_and_now_and_then_an_hour_before() {
        let (rounds, start) = (SealingRounds::default(), Timestamp::from_micros(1_770_000_000_000_000));
        let at = |minutes: u64| start.plus(Duration::from_mins(minutes));
        assert_eq!(rounds.begin(at(0)), None);
        assert_eq!(rounds.begin(at(1)), None, "the first one did not end");
        rounds.end(None, at(1));
        for minute in 2..16 {
            let begin = rounds.begin(at(minute));
            assert_eq!(begin, Some(Id::first_of(at(minute - 1).minus(OVERLAP))), "{minute}");
            rounds.end(begin, at(minute));
        }
        assert_eq!(rounds.begin(at(16)), None);
    }
}
