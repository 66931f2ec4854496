//! The database: SQLite or PostgreSQL behind one handle, [`Db`].
//!
//! Features never see a connection outside a unit of work. [`Db::write`] runs one transaction: all of it is kept or none,
//! and mail that it causes is a row of the same transaction. [`Db::read`] runs without one, since almost every read is a
//! single statement and a transaction would double its round trips on PostgreSQL; [`Db::read_snapshot`] is for reads
//! whose statements must agree with each other.
//!
//! On SQLite one thread writes and a few read, each with a connection of its own; on PostgreSQL the same threads do both.
//!
//! - `connection` opens either database, applies the migrations, holds the units of work
//! - `workers` the threads and their bounded queue; `watch` notices that PostgreSQL is gone
//! - `write_check` what must still hold when a request writes, or goes on reading
//! - `id`, `timestamp`, `document`, `text_enum` one Rust type, each database's native column
//! - `schema` the tables, compared with both databases by a test
//!
//! Left out: replicas, sharding, and any cache.

mod connection;
pub mod document;
pub mod id;
pub mod schema;
pub mod text_enum;
pub mod timestamp;
mod watch;
mod workers;
mod write_check;

use std::sync::Arc;

pub use connection::{Access, Conn, MultiBackend, Target, migrate, open, revert_all};
pub use document::Document;
pub use id::Id;
pub use workers::Limits;
pub use write_check::{
    ReadCheck, WriteCheck, in_own_name, read_check, set_read_check, set_write_check, with_write_check,
};

use crate::error::Error;
use watch::Watch;
use workers::Workers;

/// Rows of one INSERT. PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; no table here has 32 columns.
pub const BATCH: usize = 1_000;

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
    target: Target,
}

impl Db {
    /// Opens the connections and starts their threads. The schema must be there ([`migrate`]).
    ///
    /// # Errors
    /// Where the database can't be reached.
    pub fn start(target: &Target, size: Size) -> Result<Self, Error> {
        let limits = size.limits;
        let (readers, writer) = match target {
            Target::Sqlite(_) => (
                Workers::start("db-read", target, Access::Read, size.connections, limits, None)?,
                Some(Workers::start("db-write", target, Access::Write, 1, limits, None)?),
            ),
            Target::Postgres(_) => {
                let watch = Some(Watch::start(target)?);
                (Workers::start("db", target, Access::Write, size.connections, limits, watch)?, None)
            }
        };
        Ok(Self(Arc::new(Inner { readers, writer, target: target.clone() })))
    }

    /// What this handle is connected to.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// Reads, each statement seeing the newest state.
    ///
    /// # Errors
    /// What `work` says, or 503 where the queue is full or the database away.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.0.readers.run(work).await
    }

    /// Reads all of whose statements see the same state.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_snapshot<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.0.readers.run(move |connection| connection.transaction_for_read(work)).await
    }

    /// One unit of work: `work` is kept as a whole when it answers `Ok`, or not at all. In a request whose guard set a check
    /// ([`set_write_check`]), that runs first, in the same transaction.
    ///
    /// # Errors
    /// What the check or `work` says, or 503 where the queue is full or the database away.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let workers = self.0.writer.as_ref().unwrap_or(&self.0.readers);
        let check = write_check::current();
        let checked = move |connection: &mut Conn| {
            check.map_or(Ok(()), |check| check(connection))?;
            work(connection)
        };
        workers.run(move |connection| connection.transaction_for_write(checked)).await
    }

    /// Takes what was changed or deleted out of the write-ahead log of SQLite; whether that was done, or some reader kept it
    /// from being done now. On PostgreSQL there is nothing to do.
    ///
    /// # Errors
    /// 503 where the queue is full or the database away.
    pub async fn cut_log(&self) -> Result<bool, Error> {
        match &self.0.writer {
            Some(writer) => writer.run(Conn::cut_log).await,
            None => Ok(true),
        }
    }

    /// A unit of work that nobody waits for, and that may be lost: it is dropped where the queue is full, and where it
    /// fails, that is logged.
    pub fn write_behind<F>(&self, work: F)
    where
        F: FnOnce(&mut Conn) -> Result<(), Error> + Send + 'static,
    {
        let workers = self.0.writer.as_ref().unwrap_or(&self.0.readers);
        workers.run_detached(move |connection| connection.transaction_for_write(work));
    }
}
