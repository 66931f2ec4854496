//! Contacts that a person reads page by page or one by one: counted by the day, without a write for each reading.
//!
//! Each process adds up what its readers have seen, and writes it down behind them: when a twentieth of the quota has come
//! together, or after some seconds. What comes back is the sum over all processes. So a reading asks the memory alone; a
//! person who reads on several processes at once gets beyond the quota by a twentieth of it for each, and nobody gets a
//! quota by a restart. The table of readers is bounded; who falls out of it has been written down before, but for that
//! twentieth.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;

use super::{Bucket, Throttle, store};
use crate::db::{Conn, Db, Id};
use crate::error::{Error, Refusal};
use crate::time::{Clock, Timestamp};

/// Readers that a process remembers.
const READERS: usize = 10_000;
/// What somebody has seen is written down after this long at the latest, when the person reads on.
const LATEST: Duration = Duration::from_secs(10);
/// Or when so much of the quota came together.
const PART: u32 = 20;

/// What readers have seen. Cloning is cheap.
#[derive(Clone)]
pub struct Seen {
    throttle: Arc<Throttle>,
    clock: Clock,
    db: Db,
    most: u32,
    readers: Arc<Cache<Id, Reader>>,
}

type Reader = Arc<Mutex<Tally>>;

/// What one person has seen, as this process knows it.
#[derive(Debug, Default)]
struct Tally {
    /// What is written down, by all processes, and until when it counts; none before the first look.
    known: Option<(u32, Timestamp)>,
    /// What is not written down yet.
    pending: u32,
    /// When something was written down.
    written_at: Option<Timestamp>,
    /// Whether it is being written down at this moment.
    is_busy: bool,
}

impl Tally {
    /// What counts now, and when the day of it ends.
    fn sum(&self, now: Timestamp) -> (u32, Option<Timestamp>) {
        let known = self.known.filter(|(_, until)| *until > now);
        (known.map_or(0, |(count, _)| count).saturating_add(self.pending), known.map(|(_, until)| until))
    }

    /// Takes what is to be written down now, where that is enough.
    fn take(&mut self, part: u32, now: Timestamp) -> Option<u32> {
        let is_due = self.pending >= part || self.written_at.is_none_or(|at| at.plus(LATEST) <= now);
        if self.is_busy || self.pending == 0 || !is_due {
            return None;
        }
        (self.is_busy, self.written_at) = (true, Some(now));
        Some(self.pending)
    }
}

/// Writes down what somebody has seen. Where nobody comes to write it, it is dropped, and tried again with what comes next.
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
    /// Counts on these parts, up to `most` a day.
    #[must_use]
    pub fn new(throttle: Arc<Throttle>, db: Db, clock: Clock, most: u32) -> Self {
        Self { throttle, clock, db, most, readers: Arc::new(Cache::new(READERS)) }
    }

    /// Lets somebody read on who has not seen enough today.
    ///
    /// # Errors
    /// 429 with the seconds until the day of it is over.
    pub fn check(&self, user: Id) -> Result<(), Error> {
        let now = self.clock.now();
        let Some(reader) = self.readers.get(&user) else { return Ok(()) };
        let (sum, until) = lock(&reader).sum(now);
        if sum < self.most {
            return Ok(());
        }
        // The other processes are to know.
        self.write_down(user, reader, 1);
        let wait = until.map_or(LATEST, |until| until.since(now));
        Err(self.refusal(wait))
    }

    fn refusal(&self, wait: Duration) -> Error {
        match self.throttle.refusal(Bucket::Seen, wait) {
            Error::Refused(refusal) => {
                let hours = refusal.retry_after.unwrap_or_default().div_ceil(3_600);
                let refusal = Refusal { code: "seen_enough", ..*refusal };
                Error::Refused(Box::new(refusal)).with("max", self.most).with("hours", hours)
            }
            other @ Error::Internal(_) => other,
        }
    }

    /// Counts contacts that somebody was shown.
    pub fn count(&self, user: Id, contacts: usize) {
        let contacts = u32::try_from(contacts).unwrap_or(u32::MAX);
        if contacts == 0 {
            return;
        }
        let reader = self.readers.get_or_insert_with(&user, || Ok::<_, Infallible>(Reader::default()));
        let reader = reader.unwrap_or_default();
        {
            let mut tally = lock(&reader);
            tally.pending = tally.pending.saturating_add(contacts);
        }
        self.write_down(user, reader, self.most / PART);
    }

    /// Writes down what somebody has seen, behind the reading, where that is enough.
    fn write_down(&self, user: Id, reader: Reader, part: u32) {
        let amount = lock(&reader).take(part.max(1), self.clock.now());
        if let Some(amount) = amount {
            let (note, throttle) = (Note { reader, amount }, Arc::clone(&self.throttle));
            self.db.write_behind(move |conn| note.write(conn, &throttle, user));
        }
    }
}

impl Throttle {
    /// Adds to a quota what was used already; returns the sum, and until when it counts.
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
