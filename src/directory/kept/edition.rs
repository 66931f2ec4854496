//! The edition of the directory: what a rendered answer is true for.
//!
//! An edition is the revision of the change feed ([`changes::revision`]) and the number of changes that this process
//! has committed since its start. Each commit that changes contacts or the names beside them moves both
//! ([`Wakeup::Contacts`], given before the writer has its answer), so that a process never takes an older answer for
//! what it has written. The commits of other processes move the revision alone, which is read again when it is two
//! seconds old: the same promise as that of sessions (`identity::sessions`). If the clock was set back, the entry is not used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::changes;
use crate::db::{Db, Wakeup};
use crate::error::Error;
use crate::time::{Clock, Timestamp};

/// How long a revision is used that was read.
const FRESH: Duration = Duration::from_secs(2);

/// An edition of the directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Edition {
    revision: i64,
    changes: u64,
}

/// An edition, and when its revision was read.
#[derive(Clone, Copy, Debug)]
struct Known {
    edition: Edition,
    at: Timestamp,
}

impl Known {
    /// The edition, if it is young enough and nothing has changed in this process since.
    fn current(self, changes: u64, now: Timestamp) -> Option<Edition> {
        let is_young = self.at <= now && now < self.at.plus(FRESH);
        (is_young && self.edition.changes == changes).then_some(self.edition)
    }
}

/// The edition as this process knows it. Cloning shares it.
#[derive(Clone)]
pub(super) struct Editions {
    db: Db,
    clock: Clock,
    memory: Arc<Memory>,
}

#[derive(Default)]
struct Memory {
    known: RwLock<Option<Known>>,
    /// Commits of this process that changed the directory.
    changes: AtomicU64,
}

/// The edition of now, and whether it is another one than the last that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current {
    pub(super) edition: Edition,
    pub(super) is_new: bool,
}

impl Editions {
    pub(super) fn new(db: Db, clock: Clock) -> Self {
        let memory = Arc::new(Memory::default());
        let changed = Arc::clone(&memory);
        db.listen(Wakeup::Contacts, move || {
            changed.changes.fetch_add(1, Ordering::SeqCst);
        });
        Self { db, clock, memory }
    }

    /// The edition, by memory where it is young enough. What is read from the database after this is as new, or newer.
    pub(super) async fn current(&self) -> Result<Current, Error> {
        // Both are noted before the revision is read: what changes meanwhile is read again.
        let (now, changes) = (self.clock.now(), self.memory.changes.load(Ordering::SeqCst));
        let known = *self.memory.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(edition) = known.and_then(|known| known.current(changes, now)) {
            return Ok(Current { edition, is_new: false });
        }
        let edition = Edition { revision: self.db.read(changes::revision).await?, changes };
        let before =
            self.memory.known.write().unwrap_or_else(PoisonError::into_inner).replace(Known { edition, at: now });
        Ok(Current { edition, is_new: before.is_none_or(|before| before.edition != edition) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_770_000_000_000_000);

    #[test]
    fn an_edition_is_good_for_two_seconds_and_until_a_change() {
        let edition = Edition { revision: 7, changes: 3 };
        let known = Known { edition, at: START };
        assert_eq!(known.current(3, START), Some(edition));
        assert_eq!(known.current(3, START.plus(Duration::from_millis(1_999))), Some(edition));
        assert_eq!(known.current(3, START.plus(FRESH)), None);
        assert_eq!(known.current(4, START), None);
        assert_eq!(known.current(3, START.minus(Duration::from_millis(1))), None, "the clock was put back");
    }
}
