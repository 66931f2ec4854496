//! The database: SQLite or PostgreSQL behind one handle, [`Db`].
//!
//! Features never use a connection outside a unit of work. [`Db::write`] runs one transaction, which is committed as a
//! whole or rolled back, and mail that it causes is a row of the same transaction. [`Db::read`] runs without one, since
//! almost every read is a single statement and a transaction would double its round trips on PostgreSQL;
//! [`Db::read_snapshot`] is for reads whose statements must agree with each other.
//!
//! On SQLite one thread writes and a few read, each with its own connection; on PostgreSQL the same threads do both.
//!
//! - `target` what a URL names; `connection` opens either database, runs units of work; `inspect` opens one to look at
//!   it, `facts` what it says of itself
//! - `migrations` applies the migrations, and refuses a schema that is too new
//! - `workers` the threads and their bounded queue; `watch` notices that PostgreSQL is gone; `server_time` its clock,
//!   `room` its connections
//! - `writes` whether what is written is kept, for `/health/ready`; `figures` for `/metrics`
//! - `turns` limits how much of that queue the writes of a person take, `objects` those of what many people write
//! - `wakeups` notifies listeners after a commit; `spans` times each unit of work
//! - `lock_order` checks the order of locks while units of work run; `unit` a unit of work on a connection
//! - `before_commit` what a unit of work collects and writes just before its commit
//! - `write_check` repeats the guard's decision when a request writes, or reads on
//! - `prepared` statements written out in SQL that are prepared once
//! - `id`, `timestamp`, `document`, `text_enum` one Rust type for each database's native column
//! - `schema_version` which migrations a database has, and which are known; `dump` tables as texts, for backups
//! - `schema` the tables, compared with both databases by a test
//! - `bulk` rows of any table, for the move of a whole database
//!
//! **Lock order.** On PostgreSQL two units of work that lock the same rows in different orders wait for each other
//! until the server ends one of them. So each unit locks in this order:
//! 1. the write budget of its sender, then the sender, and the people whom the work is about ([`Db::write_about`]), in
//!    the order of their ids; the write check does it;
//! 2. what the work is about: people (in the order of their ids) before their sessions, one-time secrets and factors;
//!    organisations before their appointments, in the order of their ids; responses before their round; then the index of the directory: the lock
//!    that units share or have alone, then contacts in the order of their ids;
//! 3. counts of the throttle: of a person, an address or a device first; networks last, the narrowest first. After the
//!    counts of networks, a unit locks nothing else: every client of a provider waits for those rows;
//! 4. before its commit (`before_commit`) words of contacts, then sets of the index, both in the order of their keys.
//!    Nothing that holds those waits for a lock of the steps before.
//!
//! [`note_lock`] is told of the locks of people, organisations, appointments and the index, and in debug builds a unit
//! that takes them in another order fails.
//!
//! A count that belongs to a person may be charged earlier if the unit has locked that person exclusively, since
//! everyone else who wants the count waits for the person.
//!
//! Left out: replicas, sharding, and any cache.

mod before_commit;
mod bulk;
mod connection;
pub mod document;
pub mod dump;
mod facts;
mod figures;
pub mod id;
mod inspect;
mod lock_order;
mod migrations;
mod objects;
mod prepared;
mod room;
pub mod schema;
mod schema_version;
mod server_time;
mod spans;
mod sparingly;
mod target;
pub mod text_enum;
pub mod timestamp;
mod turns;
mod unit;
mod wakeups;
mod watch;
mod workers;
mod write_check;
mod writes;

use std::sync::Arc;

pub use before_commit::BeforeCommit;
pub use bulk::{Stored, copy_into, each_row};
pub use connection::{Access, Conn, MultiBackend, open};
pub use document::Document;
pub use facts::{Compared, Facts, FileFacts, ServerFacts};
pub use id::Id;
pub use inspect::{Held, hold, open_to_inspect};
pub use lock_order::{Locked, may_lock, note_lock, note_new_person, people_of_unit};
pub use migrations::{PlannedMigration, migrate, migrate_telling, missing_migrations, plan, revert_all};
pub use prepared::Prepared;
pub use schema_version::{applied_versions, known_versions, migrate_to, newest_migration};
pub use spans::{Account, with_account};
pub use target::Target;
pub use turns::{Line, Writer};
pub use unit::Keyed;
pub use wakeups::Wakeup;
pub use workers::Limits;
pub use write_check::{
    ReadCheck, WriteCheck, check_not_led_here, credential, in_own_name, name_object, name_writer, read_check,
    set_first_check, set_led_from_elsewhere, set_read_check, set_write_check, set_writer, with_checks_of_request,
    with_write_check,
};

use crate::error::{Error, ProblemCode};
use crate::time::Clock;
use figures::{Figures, Refused};
use objects::Objects;
use prometheus_client::registry::Registry;
use turns::Turns;
use wakeups::Wakeups;
use watch::Watch;
use workers::Workers;
use writes::Writes;

/// Work in a unit of work.
type Work<T> = Box<dyn FnOnce(&mut Conn) -> Result<T, Error> + Send>;

/// Rows of one INSERT. PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; no table here has 32 columns.
pub const BATCH: usize = 1_000;
/// Most rows that a unit of work of the maintenance deletes from a table; the next minute goes on.
pub const SWEPT_AT_ONCE: i64 = 1_000;

/// How many threads serve the database, and how many units of work may wait for them.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Connections: readers on SQLite (the writer comes on top), all on PostgreSQL.
    pub connections: usize,
    /// The bound of the queue.
    pub limits: Limits,
}

/// A handle on the database. Cloning is cheap.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    readers: Workers,
    /// None on PostgreSQL, where every connection may write.
    writer: Option<Workers>,
    turns: Turns,
    objects: Objects,
    wakeups: Wakeups,
    target: Target,
    connections: usize,
    watch: Option<Watch>,
    writes: Arc<Writes>,
    figures: Figures,
}

impl Inner {
    fn workers(&self) -> impl Iterator<Item = &Workers> {
        std::iter::once(&self.readers).chain(&self.writer)
    }

    /// Units of work that wait for a connection.
    fn waiting(&self) -> usize {
        self.workers().map(Workers::waiting).sum()
    }

    /// Connections for units of work.
    fn connection_count(&self) -> usize {
        self.workers().map(Workers::size).sum()
    }
}

impl Db {
    /// Opens the connections and starts their threads. The schema must be there ([`migrate`]).
    ///
    /// # Errors
    /// Where the database can't be reached.
    pub fn start(target: &Target, size: Size) -> Result<Self, Error> {
        let (limits, figures) = (size.limits, Figures::default());
        let watch = match target {
            Target::Sqlite(_) => None,
            Target::Postgres(_) => Some(Watch::start(target)?),
        };
        let (readers, writer) = match target {
            Target::Sqlite(_) => (
                Workers::start("db-read", target, Access::Read, size.connections, limits, (None, &figures))?,
                Some(Workers::start("db-write", target, Access::Write, 1, limits, (None, &figures))?),
            ),
            Target::Postgres(_) => {
                let watched = (watch.clone(), &figures);
                (Workers::start("db", target, Access::Write, size.connections, limits, watched)?, None)
            }
        };
        let turns = Turns::new(match target {
            // One connection must be left for other people.
            Target::Postgres(_) => size.connections.saturating_sub(1),
            Target::Sqlite(_) => usize::MAX,
        });
        Ok(Self(Arc::new(Inner {
            readers,
            writer,
            turns,
            objects: Objects::default(),
            wakeups: Wakeups::default(),
            writes: Arc::new(Writes::start(target)?),
            target: target.clone(),
            connections: size.connections,
            watch,
            figures,
        })))
    }

    /// Sets this clock by that of the database server, now and from now on, so that all processes that share the
    /// database have one time. Does nothing on SQLite.
    ///
    /// # Errors
    /// If the server can't be asked.
    pub async fn keep_time(&self, clock: &Clock) -> Result<(), Error> {
        let kept = clock.clone();
        self.0.readers.run(move |connection| connection.set_clock(&kept)).await?;
        self.0.readers.keep_time(clock);
        Ok(())
    }

    /// A warning for the operator if the connections of one more process like this one would not fit on the server.
    ///
    /// # Errors
    /// If the server can't be asked.
    pub async fn warning_of_room(&self) -> Result<Option<String>, Error> {
        let connections = self.0.connections;
        self.0.readers.run(move |connection| Ok(connection.room()?.and_then(|room| room.warning(connections)))).await
    }

    /// Whether the database answers and keeps what is written; stands in no queue.
    ///
    /// # Errors
    /// 503 with the reason.
    pub async fn ready(&self) -> Result<(), Error> {
        let asked = self.0.writes.ready().await;
        if self.0.watch.as_ref().is_some_and(Watch::is_away) {
            return Err(Error::database_unreachable("it does not answer"));
        }
        asked.map_err(|code| Error::of_database(code, "seen by the check of readiness"))
    }

    /// Adds the figures of this database to a registry.
    pub fn register(&self, registry: &mut Registry) {
        self.0.figures.register(Arc::downgrade(&self.0), registry);
    }

    /// What this handle is connected to.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// Calls `listener` after each commit of a unit of work that requested this wake-up ([`Conn::wake`]), on this
    /// handle or a clone of it. It runs on the database's thread: it must not wait, and must not panic.
    pub fn listen(&self, wakeup: Wakeup, listener: impl Fn() + Send + Sync + 'static) {
        self.0.wakeups.listen(wakeup, Box::new(listener));
    }

    /// Reads, each statement seeing the newest state.
    ///
    /// # Errors
    /// The error of `work`, or 503 if the queue is full or the database unavailable.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.0.readers.run(spans::within("read", &self.0.figures, work)).await
    }

    /// Reads with one snapshot for all statements.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_snapshot<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let unit = move |connection: &mut Conn| connection.transaction_for_read(work);
        self.0.readers.run(spans::within("snapshot", &self.0.figures, unit)).await
    }

    /// One unit of work: it is committed if `work` answers `Ok`, and rolled back otherwise. In a request whose guard
    /// set a check ([`set_write_check`]), the check runs first, in the same transaction. The writes of a person take
    /// turns before they enter the queue, and so do those of an object that was named ([`name_object`]); the wait for
    /// turns and the queue has one deadline. After the commit, and before this returns, the listeners of its wake-ups
    /// are called ([`Db::listen`]).
    ///
    /// # Errors
    /// The error of the check or of `work`, 403 if a page of another site led to the request, 429 if too many writes of
    /// that person wait, or 503 if the queue is full, the deadline has passed, or the database is unavailable.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.write_about(Vec::new(), work).await
    }

    /// The same for work that locks these people beside the sender of the request: the check locks all of them
    /// together.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_about<T, F>(&self, people: Vec<Id>, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        check_not_led_here()?;
        let workers = self.0.writer.as_ref().unwrap_or(&self.0.readers);
        let (deadline, check) = (workers.deadline(), write_check::current());
        // First, since the wait for a turn counts.
        let requested = spans::Requested::now("write", &self.0.figures);
        // Boxed, so that what waits is small.
        let checked: Work<T> = Box::new(move |connection: &mut Conn| {
            check.map_or(Ok(()), |check| lock_order::concerning(people, || check(connection)))?;
            work(connection)
        });
        // The turns are held until the unit of work ends, even if its caller has gone.
        let turn = match write_check::writer() {
            Some(writer) => Some(self.0.turns.take(writer, deadline).await.inspect_err(|error| self.late(error))?),
            None => None,
        };
        let object_turn = match write_check::object() {
            Some(object) => Some(self.0.objects.take(object, deadline).await.inspect_err(|error| self.late(error))?),
            None => None,
        };
        let (wakeups, writes) = (self.0.wakeups.clone(), Arc::clone(&self.0.writes));
        let unit = move |connection: &mut Conn| {
            // With its commit, which waits for the disk.
            let outcome = requested.run(|| wakeups.keep(connection, checked));
            drop((object_turn, turn));
            outcome.inspect_err(|error| writes.note(error))
        };
        workers.run_by(deadline, unit).await
    }

    /// Counts a unit of work whose turn did not come in time.
    fn late(&self, error: &Error) {
        if error.code() == ProblemCode::Busy {
            self.0.figures.refused(Refused::Late);
        }
    }

    /// Repeats a step, each time in a unit of work of its own, until it has nothing left to do, or has been done that
    /// often; returns how many things it did. So whoever writes waits for one step alone.
    ///
    /// # Errors
    /// As [`Self::write`]; what earlier steps did stays.
    pub async fn write_repeatedly<F>(&self, most: usize, step: F) -> Result<usize, Error>
    where
        F: Fn(&mut Conn) -> Result<usize, Error> + Clone + Send + 'static,
    {
        let mut all = 0;
        for _ in 0..most {
            let step = step.clone();
            let done = self.write(move |conn| step(conn)).await?;
            all += done;
            if done == 0 {
                break;
            }
        }
        Ok(all)
    }

    /// Removes changed and deleted data from the write-ahead log of SQLite; returns false if a reader prevented it for
    /// now. Does nothing on PostgreSQL.
    ///
    /// # Errors
    /// 503 if the queue is full or the database unavailable.
    pub async fn cut_log(&self) -> Result<bool, Error> {
        match &self.0.writer {
            Some(writer) => writer.run(Conn::cut_log).await,
            None => Ok(true),
        }
    }

    /// A unit of work without a caller, which may be lost: it is dropped if the queue is full, and a failure is only
    /// logged.
    pub fn write_behind<F>(&self, work: F)
    where
        F: FnOnce(&mut Conn) -> Result<(), Error> + Send + 'static,
    {
        let workers = self.0.writer.as_ref().unwrap_or(&self.0.readers);
        let (wakeups, writes) = (self.0.wakeups.clone(), Arc::clone(&self.0.writes));
        let requested = spans::Requested::now("write", &self.0.figures);
        workers.run_detached(move |connection| {
            requested.run(|| wakeups.keep(connection, work)).inspect_err(|error| writes.note(error))
        });
    }
}
