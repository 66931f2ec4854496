//! Wake-ups: notifications of background jobs and caches after a commit.
//!
//! A store that writes something for a background job requests a wake-up on the connection ([`Conn::wake`]): for a
//! mail, an event, a step of an announcement, changed rights. The requests are flags of the thread that runs the unit
//! of work, cleared before it and taken after its COMMIT. Then [`super::Db`] calls the listeners
//! ([`super::Db::listen`]), before the unit's caller gets the answer. So handlers need not do it, and a unit that
//! fails, panics, or whose COMMIT is refused wakes no listener.
//!
//! A wake-up says that there may be work, never which: the listener reads the database. So a superfluous one does no
//! harm (one from a savepoint that was rolled back within a committed unit), and a missing one is made up for, since
//! listeners also look at intervals. That is how they notice the commits of other processes, and a COMMIT of this one
//! whose answer was lost.
//!
//! A connection that is opened directly (commands, the preparation of the database, tests) sends no wake-ups.

use std::cell::Cell;
use std::sync::{Arc, PoisonError, RwLock};

use super::Conn;
use crate::error::Error;

/// A kind of work that a unit of work leaves for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wakeup {
    /// A transactional mail can be sent.
    TransactionalMail,
    /// Mails of an announcement can be sent.
    BulkMail,
    /// An event can be sent to an endpoint.
    Event,
    /// An announcement changed its state.
    Announcement,
    /// Sessions, tokens, people or appointments changed: caches of principals may be wrong.
    Principals,
    /// A change waits for its number.
    Changes,
    /// Contacts, or the names beside them, changed: what was rendered of them is old.
    Contacts,
}

impl Wakeup {
    const fn flag(self) -> u8 {
        match self {
            Self::TransactionalMail => 1,
            Self::BulkMail => 1 << 1,
            Self::Event => 1 << 2,
            Self::Announcement => 1 << 3,
            Self::Principals => 1 << 4,
            Self::Changes => 1 << 5,
            Self::Contacts => 1 << 6,
        }
    }
}

thread_local! {
    /// The wake-ups that the unit of work on this thread has requested. A unit never changes its thread.
    static NOTED: Cell<u8> = const { Cell::new(0) };
}

impl Conn {
    /// Requests this wake-up for after the commit of the unit of work.
    pub fn wake(&mut self, wakeup: Wakeup) {
        NOTED.set(NOTED.get() | wakeup.flag());
    }
}

/// Runs on a wake-up, on the database's thread: it must not wait, and must not panic.
type Listener = Box<dyn Fn() + Send + Sync>;

/// The listeners of each wake-up. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Wakeups(Arc<RwLock<Vec<(Wakeup, Listener)>>>);

impl Wakeups {
    pub(super) fn listen(&self, wakeup: Wakeup, listener: Listener) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push((wakeup, listener));
    }

    /// Runs a unit of work, and sends its wake-ups after the commit.
    pub(super) fn keep<T>(
        &self,
        connection: &mut Conn,
        work: impl FnOnce(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // A unit that failed on this thread may have left flags.
        NOTED.set(0);
        let kept = connection.transaction_for_write(work)?;
        self.give(NOTED.take());
        Ok(kept)
    }

    fn give(&self, noted: u8) {
        if noted == 0 {
            return;
        }
        let listeners = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for (_, listener) in listeners.iter().filter(|(wakeup, _)| noted & wakeup.flag() != 0) {
            listener();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use diesel::connection::SimpleConnection as _;

    use super::*;
    use crate::db::{Db, Limits, Size, Target};
    use crate::error::ProblemCode;

    const ALL: [Wakeup; 7] = [
        Wakeup::TransactionalMail,
        Wakeup::BulkMail,
        Wakeup::Event,
        Wakeup::Announcement,
        Wakeup::Principals,
        Wakeup::Changes,
        Wakeup::Contacts,
    ];

    /// A database, and the wake-ups that it sent.
    fn database() -> (Db, Arc<Mutex<Vec<Wakeup>>>) {
        let size = Size { connections: 1, limits: Limits { queue: 10, wait: Duration::from_mins(1) } };
        let db = Db::start(&Target::Sqlite(":memory:".to_owned()), size).unwrap();
        let given = Arc::new(Mutex::new(Vec::new()));
        for wakeup in ALL {
            let given = Arc::clone(&given);
            db.listen(wakeup, move || given.lock().unwrap().push(wakeup));
        }
        (db, given)
    }

    #[tokio::test]
    async fn each_wakeup_is_given_once_before_the_answer_and_no_other() {
        let (db, given) = database();
        for wakeup in ALL {
            let write = db.write(move |conn| {
                conn.wake(wakeup);
                conn.wake(wakeup);
                Ok(())
            });
            write.await.unwrap();
            assert_eq!(std::mem::take(&mut *given.lock().unwrap()), [wakeup]);
        }
        db.write(|_| Ok(())).await.unwrap();
        assert!(given.lock().unwrap().is_empty(), "nothing is left of the units before");
    }

    #[tokio::test]
    async fn a_unit_that_nobody_waits_for_wakes_too() {
        let (db, given) = database();
        db.write_behind(|conn| {
            conn.wake(Wakeup::Event);
            Ok(())
        });
        // There is one writer, so this runs after it.
        db.write(|_| Ok(())).await.unwrap();
        assert_eq!(*given.lock().unwrap(), [Wakeup::Event]);
    }

    #[tokio::test]
    async fn what_fails_panics_or_cannot_be_kept_wakes_nobody_then_or_later() {
        let (db, given) = database();
        db.write(|conn| {
            let table = "CREATE TABLE part (id INTEGER PRIMARY KEY, \
                         whole INTEGER REFERENCES part (id) DEFERRABLE INITIALLY DEFERRED)";
            Ok(conn.batch_execute(table)?)
        })
        .await
        .unwrap();
        let wake = |conn: &mut Conn| ALL.into_iter().for_each(|wakeup| conn.wake(wakeup));
        let failed = db.write::<(), _>(move |conn| {
            wake(conn);
            Err(Error::conflict(ProblemCode::AlreadyExists))
        });
        assert!(failed.await.is_err());
        let refused = db.write(move |conn| {
            wake(conn);
            Ok(conn.batch_execute("INSERT INTO part (id, whole) VALUES (1, 2)")?)
        });
        assert!(refused.await.is_err(), "its COMMIT is refused");
        let panicked = db.write::<(), _>(move |conn| {
            wake(conn);
            panic!("on purpose");
        });
        assert!(panicked.await.is_err());
        db.write(|_| Ok(())).await.unwrap();
        assert!(given.lock().unwrap().is_empty());
    }
}
