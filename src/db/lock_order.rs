//! The lock order of units of work (`db`), checked while they run.
//!
//! The functions that lock people, organisations, appointments and the index of the directory note it here, on either
//! database. In debug builds, and so in every story, a lock that comes too late fails its unit of work. A lock that the
//! unit holds already is never late, nor is a row that the unit made itself, which nobody else sees.
//!
//! The check of a request (`write_check`) locks its sender before the work begins. Work about other people names them
//! ([`super::Db::write_about`]), so that the check locks all of them together, in the order of their ids: of two
//! officers who act on each other, one waits for the other.
//!
//! Left out: counts of the throttle, sessions, one-time secrets, and rows of single features.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::Id;
use crate::error::Error;

/// A lock, in the order in which a unit of work takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locked {
    /// A person.
    Person(Id),
    /// An organisation.
    Organisation(Id),
    /// An appointment.
    Appointment(Id),
    /// The index of the directory.
    Index,
}

/// The locks of a unit of work.
#[derive(Default)]
struct Held {
    taken: BTreeSet<Locked>,
    /// People whom the unit made.
    new: BTreeSet<Id>,
}

impl Held {
    fn is_late(&self, lock: Locked) -> bool {
        let is_new = matches!(lock, Locked::Person(id) if self.new.contains(&id));
        !is_new && !self.taken.contains(&lock) && self.taken.last().is_some_and(|last| lock < *last)
    }
}

thread_local! {
    /// The locks of the unit of work on this thread; none outside of one.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    /// The people whom the unit of work is about, while its check runs.
    static CONCERNED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// Begins a unit of work on this thread.
pub(super) fn begin() {
    HELD.set(Some(Held::default()));
}

/// Ends it.
pub(super) fn end() {
    HELD.set(None);
}

/// Runs the check of a unit of work that is about these people.
pub(super) fn concerning<T>(people: Vec<Id>, check: impl FnOnce() -> T) -> T {
    CONCERNED.set(people);
    let outcome = check();
    CONCERNED.set(Vec::new());
    outcome
}

/// The people whom the unit of work is about, for its check.
#[must_use]
pub fn people_of_unit() -> Vec<Id> {
    CONCERNED.with_borrow(Vec::clone)
}

/// Notes a lock that the unit of work takes next.
///
/// # Errors
/// In debug builds, if it comes too late.
pub fn note_lock(lock: Locked) -> Result<(), Error> {
    let is_late = HELD.with_borrow_mut(|held| {
        let Some(held) = held else { return false };
        let is_late = held.is_late(lock);
        if !matches!(lock, Locked::Person(id) if held.new.contains(&id)) {
            held.taken.insert(lock);
        }
        is_late
    });
    if is_late && cfg!(debug_assertions) {
        return Err(Error::internal(format!("against the lock order: {lock:?}")));
    }
    Ok(())
}

/// Whether the unit of work holds this lock.
pub(super) fn is_held(lock: Locked) -> bool {
    HELD.with_borrow(|held| held.as_ref().is_some_and(|held| held.taken.contains(&lock)))
}

/// Notes a person whom the unit of work made.
pub fn note_new_person(person: Id) {
    HELD.with_borrow_mut(|held| {
        if let Some(held) = held {
            held.new.insert(person);
        }
    });
}

/// Whether the unit of work may still lock these people, or holds them.
#[must_use]
pub fn may_lock(people: &BTreeSet<Id>) -> bool {
    let is_late = |held: &Held| people.iter().any(|person| held.is_late(Locked::Person(*person)));
    !HELD.with_borrow(|held| held.as_ref().is_some_and(is_late))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> Id {
        let mut bytes = [0; 16];
        bytes[15] = last;
        Id::from_bytes(bytes)
    }

    #[test]
    fn what_comes_too_late_fails_and_what_is_held_does_not() {
        begin();
        for lock in
            [Locked::Person(id(1)), Locked::Person(id(3)), Locked::Organisation(id(2)), Locked::Appointment(id(1))]
        {
            note_lock(lock).unwrap();
        }
        note_lock(Locked::Person(id(3))).unwrap();
        assert!(may_lock(&BTreeSet::from([id(1), id(3)])) && !may_lock(&BTreeSet::from([id(1), id(4)])));
        note_lock(Locked::Index).unwrap();
        note_new_person(id(9));
        note_lock(Locked::Person(id(9))).unwrap();
        assert!(note_lock(Locked::Organisation(id(7))).is_err());
        begin();
        note_lock(Locked::Person(id(3))).unwrap();
        assert!(note_lock(Locked::Person(id(2))).is_err(), "people in the order of their ids");
        end();
        note_lock(Locked::Index).unwrap();
        note_lock(Locked::Person(id(2))).unwrap();
    }

    #[test]
    fn a_check_knows_whom_its_unit_is_about() {
        assert_eq!(concerning(vec![id(1)], people_of_unit), [id(1)]);
        assert!(people_of_unit().is_empty());
    }
}
