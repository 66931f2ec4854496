//! Turns: only a few writes of a person are in the database's queue or in progress, whatever that person sends.
//!
//! A unit of work of a request that writes locks the row of its sender first (`write_check`). So the writes of a person
//! wait for each other, and on PostgreSQL each would occupy a connection meanwhile: some hundred at once would keep
//! other people from reading. Here they wait before they enter the queue. On SQLite, where one thread writes, others
//! wait for a few units of that person, not for hundreds.
//!
//! A person has two lines ([`Line`]). Requests that end access or change a credential have their own, so that a thief
//! who floods the line of work with a stolen session cannot prevent its end. The first request of each line waits for
//! the next turn of the person, so the other line delays it by one unit of work only.
//!
//! In a line the sessions and tokens of the person take turns: only the first requests of each stand in the line, in
//! order of arrival, and its others wait behind these. So a request waits for a few units of each other session, not
//! for all that a thief with many sessions has sent.
//!
//! A line is shared by the sessions and tokens of its person, and none of them can fill it: in the line of work, each
//! may take as many places as it leaves free, which is half of [`LINE`] for a single one; in the other line, each has
//! [`EACH`] places of its own. Further requests are refused with 429. A person without writes has no entry. Each
//! process counts its own, as each has its own connections.
//!
//! Whoever sends the link of a mail again and again takes turns as well: links of announcements and digests as sessions
//! of their reader, and each one-time link as a person of its own ([`Writer::of_mail`], [`Writer::of_link`]).
//!
//! Left out: work outside of requests, and other requests without a login, which lock no person and which the throttle
//! counts by their network.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::Id;
use crate::error::Error;

/// Units of work of a person in the queue or in progress at once. Two, so that one is ready when the other ends.
const AT_ONCE: usize = 2;
/// Places of a person in the line of work: units that have a turn or wait for one.
const LINE: usize = 64;
/// Places of a session or token in the line for access. The number of these is limited, so this line is bounded too.
const EACH: usize = 8;
/// The delay for a retry when no place is free.
const AGAIN: Duration = Duration::from_secs(1);

/// The line that a request waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Work: all other requests.
    Work,
    /// Access: requests that end sessions, tokens or a person's access, change a credential, or prove the identity.
    Access,
}

/// The sender of a writing request.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    /// The person.
    pub person: Id,
    /// The session or API token.
    pub credential: Id,
    /// The line of the request.
    pub line: Line,
}

impl Writer {
    /// Whoever sends a one-time link, by the hash of its secret: its requests have a line of their own.
    #[must_use]
    pub fn of_link(hash: &[u8]) -> Self {
        let link = Id::from_bytes(hash.first_chunk().copied().unwrap_or_default());
        Self { person: link, credential: link, line: Line::Work }
    }

    /// Whoever sends the link of a mail to `reader`, which shares the turns of the reader as a session does.
    #[must_use]
    pub const fn of_mail(reader: Id, mail: Id) -> Self {
        Self { person: reader, credential: mail, line: Line::Work }
    }
}

/// Turns and lines of all people. Cloning shares them.
#[derive(Clone)]
pub(super) struct Turns(Arc<Inner>);

struct Inner {
    at_once: usize,
    people: Mutex<HashMap<Id, Lines>>,
}

/// The writes of one person.
struct Lines {
    turns: Arc<Semaphore>,
    work: Places,
    access: Places,
}

/// The places of one line.
struct Places {
    /// Requests at the head of the line, which have a turn or are the next to have one.
    heads: usize,
    /// Held by a request at the head of the line; the first requests of the other sessions and tokens wait for this.
    head: Arc<Semaphore>,
    /// The requests that have a turn or wait, by session or token.
    taken: HashMap<Id, Share>,
}

/// The places of one session or token in a line.
struct Share {
    taken: usize,
    /// Held by its first requests, which stand in the line; its others wait for this.
    first: Arc<Semaphore>,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    // The order of drops matters: the turn is released before the head of the line, this before the place among the
    // first of the session, and all of them before the place.
    _permit: OwnedSemaphorePermit,
    _head: OwnedSemaphorePermit,
    _first: OwnedSemaphorePermit,
    _place: QueuePlace,
}

/// What a request waits for, one after the other.
struct Waits {
    first: Arc<Semaphore>,
    head: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// A place in a line of a person.
struct QueuePlace {
    turns: Turns,
    writer: Writer,
}

impl Turns {
    /// Turns of which each person has a few at once, but never more than `most`.
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Inner { at_once: most.clamp(1, AT_ONCE), people: Mutex::default() }))
    }

    /// Waits for a turn of this writer until `deadline`. A caller that goes away releases its place.
    ///
    /// # Errors
    /// 429 if the line is full, 503 if the deadline passes.
    pub(super) async fn take(&self, writer: Writer, deadline: Instant) -> Result<Turn, Error> {
        let (place, waits) = self.join(writer)?;
        let all = async move {
            let first = waits.first.acquire_owned().await?;
            let head = waits.head.acquire_owned().await?;
            Ok::<_, AcquireError>((first, head, waits.turns.acquire_owned().await?))
        };
        match timeout_at(deadline.into(), all).await {
            Ok(Ok((first, head, turn))) => Ok(Turn { _permit: turn, _head: head, _first: first, _place: place }),
            Ok(Err(_)) | Err(_) => Err(Error::busy()),
        }
    }

    fn join(&self, writer: Writer) -> Result<(QueuePlace, Waits), Error> {
        let mut people = self.lock();
        let lines = people.entry(writer.person).or_insert_with(|| Lines::new(self.0.at_once));
        let turns = Arc::clone(&lines.turns);
        let places = lines.of(writer.line);
        if !places.has_room(writer) {
            return Err(Error::too_many(AGAIN));
        }
        let waits = Waits { first: places.enter(writer.credential), head: Arc::clone(&places.head), turns };
        Ok((QueuePlace { turns: self.clone(), writer }, waits))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Lines>> {
        self.0.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn new(at_once: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            // Not more than there are turns, so that the head of the other line gets the next one.
            work: Places::new(at_once),
            access: Places::new(1),
        }
    }

    const fn of(&mut self, line: Line) -> &mut Places {
        match line {
            Line::Work => &mut self.work,
            Line::Access => &mut self.access,
        }
    }
}

impl Places {
    fn new(heads: usize) -> Self {
        Self { heads, head: Arc::new(Semaphore::new(heads)), taken: HashMap::new() }
    }

    fn has_room(&self, writer: Writer) -> bool {
        let own = self.taken.get(&writer.credential).map_or(0, |share| share.taken);
        match writer.line {
            Line::Work => own < LINE.saturating_sub(self.taken.values().map(|share| share.taken).sum()),
            Line::Access => own < EACH,
        }
    }

    /// Takes a place; returns what the first requests of its session or token hold. These are as many as stand at the
    /// head of the line, so that a session alone uses all turns.
    fn enter(&mut self, credential: Id) -> Arc<Semaphore> {
        let heads = self.heads;
        let new = || Share { taken: 0, first: Arc::new(Semaphore::new(heads)) };
        let share = self.taken.entry(credential).or_insert_with(new);
        share.taken += 1;
        Arc::clone(&share.first)
    }

    /// Releases a place.
    fn leave(&mut self, credential: Id) {
        match self.taken.get_mut(&credential) {
            Some(share) if share.taken > 1 => share.taken -= 1,
            _ => {
                self.taken.remove(&credential);
            }
        }
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        let Writer { person, credential, line } = self.writer;
        let mut people = self.turns.lock();
        let Some(lines) = people.get_mut(&person) else { return };
        lines.of(line).leave(credential);
        if lines.work.taken.is_empty() && lines.access.taken.is_empty() {
            people.remove(&person);
        }
    }
}

#[cfg(test)]
mod tests;
