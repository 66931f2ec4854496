//! Contacts that a person reads page by page or one by one: counted by the day, without a write for each reading.
//!
//! Each process adds up what its readers have seen, and writes the sum after the reading: when it reaches a twentieth
//! of the quota, or after some seconds. The write returns the sum over all processes. So a reading checks only memory;
//! a person who reads on several processes at once can exceed the quota by a twentieth of it for each, and a restart
//! does not renew a quota. Before it reads, a page reserves room for as many contacts as it may show, and then returns
//! the rest, so that concurrent pages show no more than consecutive ones. The cache of readers is bounded; a reader who
//! drops out of it loses at most that twentieth.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;

use super::{Bucket, Throttle, store};
use crate::db::{Conn, Db, Id, check_not_led_here};
use crate::error::{Error, ProblemCode, Rejection};
use crate::time::{Clock, Timestamp};

/// Readers in the cache.
const READERS: usize = 10_000;
/// The longest time until a person's count is written, if the person reads on.
const LATEST: Duration = Duration::from_secs(10);
/// The part of the quota that is written at once.
const PART: u32 = 20;

/// Counts what readers have seen. Cloning is cheap.
#[derive(Clone)]
pub struct Seen {
    throttle: Arc<Throttle>,
    clock: Clock,
    db: Db,
    most: u32,
    readers: Arc<Cache<Id, Reader>>,
}

type Reader = Arc<Mutex<Tally>>;

/// The count of a person in this process.
#[derive(Debug, Default)]
struct Tally {
    /// The count in the database, of all processes, and when it expires; none before the first write.
    known: Option<(u32, Timestamp)>,
    /// Contacts not yet written.
    pending: u32,
    /// Reserved for pages that are being read.
    held: u32,
    /// The last write.
    written_at: Option<Timestamp>,
    /// Whether a write is in progress.
    is_busy: bool,
}

impl Tally {
    /// The present count, and the end of its day.
    fn sum(&self, now: Timestamp) -> (u32, Option<Timestamp>) {
        let known = self.known.filter(|(_, until)| *until > now);
        (known.map_or(0, |(count, _)| count).saturating_add(self.pending), known.map(|(_, until)| until))
    }

    /// Reserves so many contacts if count and reservations are below `most`; returns whether they were.
    fn hold(&mut self, contacts: u32, most: u32, now: Timestamp) -> bool {
        let has_room = self.sum(now).0.saturating_add(self.held) < most;
        if has_room {
            self.held = self.held.saturating_add(contacts);
        }
        has_room
    }

    /// The amount to write now, if a write is due.
    fn take(&mut self, part: u32, now: Timestamp) -> Option<u32> {
        let is_due = self.pending >= part || self.written_at.is_none_or(|at| at.plus(LATEST) <= now);
        if self.is_busy || self.pending == 0 || !is_due {
            return None;
        }
        (self.is_busy, self.written_at) = (true, Some(now));
        Some(self.pending)
    }
}

/// Room for the contacts that a page may show, reserved while it is read. Dropping it counts nothing.
#[must_use]
pub struct Room {
    seen: Seen,
    user: Id,
    reader: Reader,
    held: u32,
}

impl Room {
    /// Counts the contacts that were shown, and releases the rest.
    pub fn shown(self, contacts: usize) {
        self.seen.count(self.user, contacts);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut tally = lock(&self.reader);
        tally.held = tally.held.saturating_sub(self.held);
    }
}

/// Writes a count. If the write is dropped, the amount stays pending for the next one.
struct Note {
    reader: Reader,
    amount: u32,
}

impl Note {
    fn write(&self, conn: &mut Conn, throttle: &Throttle, user: Id) -> Result<(), Error> {
        let known = throttle.add(conn, Bucket::Seen, &user.to_string(), self.amount)?;
        let mut tally = lock(&self.reader);
        tally.known = Some(known);
        tally.pending = tally.pending.saturating_sub(self.amount);
        Ok(())
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        lock(&self.reader).is_busy = false;
    }
}

fn lock(reader: &Reader) -> std::sync::MutexGuard<'_, Tally> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    /// A counter with a limit of `most` a day.
    #[must_use]
    pub fn new(throttle: Arc<Throttle>, db: Db, clock: Clock, most: u32) -> Self {
        Self { throttle, clock, db, most, readers: Arc::new(Cache::new(READERS)) }
    }

    /// Refuses a person who has used up today's quota.
    ///
    /// # Errors
    /// 429 with the seconds until the end of the day.
    pub fn check(&self, user: Id) -> Result<(), Error> {
        let now = self.clock.now();
        let Some(reader) = self.readers.get(&user) else { return Ok(()) };
        let (sum, until) = lock(&reader).sum(now);
        if sum < self.most {
            return Ok(());
        }
        // The other processes must learn of it.
        self.write_down(user, reader, 1);
        let wait = until.map_or(LATEST, |until| until.since(now));
        Err(self.refusal(wait))
    }

    /// The same for a page: reserves room for `contacts` until the page says how many it showed.
    ///
    /// # Errors
    /// As [`Seen::check`]; 403 if a page of another site led to the request; 429 for a moment if pages that are being
    /// read may use up the rest.
    pub fn hold(&self, user: Id, contacts: usize) -> Result<Room, Error> {
        check_not_led_here()?;
        self.check(user)?;
        let held = u32::try_from(contacts).unwrap_or(u32::MAX);
        let reader = self.reader(user);
        let is_held = lock(&reader).hold(held, self.most, self.clock.now());
        if is_held { Ok(Room { seen: self.clone(), user, reader, held }) } else { Err(Error::work_under_way()) }
    }

    fn reader(&self, user: Id) -> Reader {
        let reader = self.readers.get_or_insert_with(&user, || Ok::<_, Infallible>(Reader::default()));
        reader.unwrap_or_default()
    }

    fn refusal(&self, wait: Duration) -> Error {
        match self.throttle.refusal(Bucket::Seen, wait) {
            Error::Refused(refusal) => {
                let hours = refusal.retry_after.unwrap_or_default().div_ceil(3_600);
                let refusal = Rejection { code: ProblemCode::SeenEnough, ..*refusal };
                Error::Refused(Box::new(refusal)).with("max", self.most).with("hours", hours)
            }
            other @ Error::Internal(_) => other,
        }
    }

    /// Counts contacts that a person was shown.
    pub fn count(&self, user: Id, contacts: usize) {
        let contacts = u32::try_from(contacts).unwrap_or(u32::MAX);
        if contacts == 0 {
            return;
        }
        let reader = self.reader(user);
        {
            let mut tally = lock(&reader);
            tally.pending = tally.pending.saturating_add(contacts);
        }
        self.write_down(user, reader, self.most / PART);
    }

    /// Writes the count after the reading, if a write is due.
    fn write_down(&self, user: Id, reader: Reader, part: u32) {
        let amount = lock(&reader).take(part.max(1), self.clock.now());
        if let Some(amount) = amount {
            let (note, throttle) = (Note { reader, amount }, Arc::clone(&self.throttle));
            self.db.write_behind(move |conn| note.write(conn, &throttle, user));
        }
    }
}

impl Throttle {
    /// Adds to a quota what was used already; returns the sum, and when it expires.
    fn add(&self, conn: &mut Conn, bucket: Bucket, key: &str, amount: u32) -> Result<(u32, Timestamp), Error> {
        let hashed = self.hashed(bucket, key);
        let (before, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        let after = self.rule(bucket).add(before, amount, now);
        store::set(conn, bucket.number(), &hashed, after)?;
        Ok((u32::try_from(after.failures).unwrap_or_default(), after.expires_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_770_000_000_000_000);

    #[test]
    fn what_is_held_counts_until_it_is_given_back() {
        let mut tally = Tally { pending: 90, ..Tally::default() };
        assert!(tally.hold(10, 110, START) && tally.hold(50, 110, START), "the last page may show more than is left");
        assert!(!tally.hold(1, 110, START));
        tally.held -= 50;
        assert!(tally.hold(1, 110, START));
        assert_eq!((tally.sum(START), tally.held), ((90, None), 11));
    }

    #[test]
    fn what_was_seen_is_written_down_in_parts() {
        let mut tally = Tally { pending: 3, ..Tally::default() };
        assert_eq!(tally.take(50, START), Some(3), "at first, to learn what is known");
        tally.pending += 60;
        assert_eq!(tally.take(50, START), None, "it is being written down");
        (tally.is_busy, tally.known, tally.pending) = (false, Some((3, START.plus(LATEST))), 20);
        assert_eq!(tally.take(50, START), None, "not enough yet");
        assert_eq!(tally.sum(START), (23, Some(START.plus(LATEST))));
        assert_eq!(tally.sum(START.plus(LATEST)), (20, None), "another day");
        assert_eq!(tally.take(50, START.plus(LATEST)), Some(20));
    }
}
