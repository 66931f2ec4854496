//! Files that people hand in, kept outside the database: sealed, bounded, and never left behind.
//!
//! [`Storage`] puts and gets objects of some megabytes at a place: a folder of this machine (`folder`), or a bucket that
//! speaks S3 (`bucket`), as configured. Both stand behind one trait, [`Place`]; a third would be one file more.
//!
//! - What rests there is sealed with the master key (AES-256-GCM) and bound to its id. A letter names third persons:
//!   whoever keeps the bucket or finds the disk reads none, and changes or swaps none unnoticed.
//! - A key at the place is an id of ours. Nothing that a person typed gets into a path or a URL.
//! - The database has the ledger, `stored_object`. An id is reserved there before the first byte is written; the
//!   transaction of the row that names it keeps it ([`keep`]), and the one that drops that row releases it ([`release`]).
//!   [`Storage::discard`] deletes at once what was just released; [`Storage::sweep`] what is left of that, and what was
//!   reserved an hour ago and never kept, so that nothing stays for ever wherever a process died. What can't be deleted
//!   moves back and keeps nothing else. The place itself is never listed: a portal that is pointed at an empty database
//!   by mistake deletes nothing, and the key of the bucket needs no right to list.
//! - Reading and writing blocks, so it has threads of its own kind and neither a worker's nor a database thread. A [`Slot`]
//!   stands for one object in memory; there are as many as configured, and who finds none is told to come again (503).
//!
//! Left out: streaming (an object is sealed as a whole), versions, and looking for malware: what is handed in is only
//! ever handed out as a download, and never opened here.

mod bucket;
mod folder;
mod store;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use store::{keep, release};

use crate::config::{self, StorageKind};
use crate::db::{Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::time::Clock;

/// How long an object waits to be kept by the row that names it.
const RESERVED: Duration = Duration::from_hours(1);
/// When the deletion of an object is tried again that failed.
const AGAIN: Duration = Duration::from_hours(1);
/// Deletions in a row that fail before the place is taken to be away.
const AWAY: usize = 3;
/// How long one waits for a slot.
const PATIENCE: Duration = Duration::from_secs(2);
/// Objects that are deleted in one go.
const SWEPT_AT_ONCE: i64 = 100;
/// No object is larger, in bytes, whatever is configured today.
const LARGEST: u64 = 40_000_000;

/// Where objects rest. All of it blocks.
trait Place: Send + Sync {
    /// Puts an object that is not there yet, and returns when it is there to stay.
    fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error>;
    /// The object; none where there is none.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error>;
    /// Deletes an object, and what a broken [`Place::put`] left of it. It need not be there.
    fn delete(&self, key: &str) -> Result<(), Error>;
}

/// Keeps objects. Cloning is cheap.
#[derive(Clone)]
pub struct Storage {
    place: Arc<dyn Place>,
    slots: Arc<Semaphore>,
    largest: usize,
    db: Db,
    master: Arc<MasterKey>,
    clock: Clock,
    random: Random,
}

/// The right to have one object in memory.
pub struct Slot(OwnedSemaphorePermit);

/// What became of objects that were to be deleted.
struct Deleted {
    gone: Vec<Id>,
    stuck: Vec<Id>,
    /// The last thing that went wrong.
    outcome: Result<(), Error>,
}

impl Storage {
    /// Opens the place that is configured. A folder is made where it is missing; a bucket is not asked for anything yet.
    ///
    /// # Errors
    /// Where the folder can't be made or the certificates of the bucket can't be read.
    pub fn new(
        settings: &config::Storage,
        db: Db,
        master: Arc<MasterKey>,
        clock: Clock,
        random: Random,
    ) -> Result<Self, Error> {
        let place: Arc<dyn Place> = match settings.kind {
            StorageKind::Local => Arc::new(folder::Folder::open(&settings.folder)?),
            StorageKind::S3 => Arc::new(bucket::S3::new(settings, clock.clone())?),
        };
        let slots = Arc::new(Semaphore::new(settings.transfers));
        Ok(Self { place, slots, largest: settings.letter_limit, db, master, clock, random })
    }

    /// Most bytes of an object that is handed in.
    #[must_use]
    pub const fn largest(&self) -> usize {
        self.largest
    }

    /// A slot, to be had before the object is read into memory.
    ///
    /// # Errors
    /// 503 where all are taken.
    pub async fn slot(&self) -> Result<Slot, Error> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Slot(permit)),
            Ok(Err(_)) | Err(_) => Err(Error::busy()),
        }
    }

    /// Puts an object; returns its id. The unit of work that writes the id down calls [`keep`], or it is deleted within hours.
    ///
    /// # Errors
    /// 503 where the place can't be reached.
    pub async fn put(&self, slot: Slot, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<Id, Error> {
        let now = self.clock.now();
        let id = Id::new(now, &self.random);
        self.db.write(move |conn| store::reserve(conn, id, now, now.plus(RESERVED))).await?;
        self.run(slot, move |storage| {
            let sealed = storage.master.seal(bytes.as_ref(), &label(id), &storage.random)?;
            storage.place.put(&id.to_string(), &sealed)
        })
        .await?;
        Ok(id)
    }

    /// An object.
    ///
    /// # Errors
    /// 503 where the place can't be reached or no slot is free; 500 where the object is not there or not what was put.
    pub async fn get(&self, id: Id) -> Result<Vec<u8>, Error> {
        let slot = self.slot().await?;
        self.run(slot, move |storage| {
            let sealed = storage.place.get(&id.to_string())?;
            let sealed = sealed.ok_or_else(|| Error::internal(format!("the stored object {id} is gone")))?;
            storage.master.open(&sealed, &label(id))
        })
        .await
    }

    /// Deletes objects at once that a unit of work has just released. What can't be deleted now is deleted with the next
    /// [`Storage::sweep`].
    pub async fn discard(&self, ids: Vec<Id>) {
        if !ids.is_empty()
            && let Err(error) = self.delete(ids).await
        {
            tracing::warn!(%error, "could not delete at once what nothing names");
        }
    }

    /// Deletes what nothing names any more, a bounded number at a time.
    ///
    /// # Errors
    /// 503 where the place can't be reached. What was deleted until then is off the ledger, the rest is tried again.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let due = self.db.read(move |conn| store::due(conn, now, SWEPT_AT_ONCE)).await?;
        if due.is_empty() { Ok(()) } else { self.delete(due).await }
    }

    async fn delete(&self, ids: Vec<Id>) -> Result<(), Error> {
        let (slot, later) = (self.slot().await?, self.clock.now().plus(AGAIN));
        let deleted = self.run(slot, move |storage| Ok(storage.delete_all(ids))).await?;
        let Deleted { gone, stuck, outcome } = deleted;
        if gone.is_empty() && stuck.is_empty() {
            return outcome;
        }
        if !gone.is_empty() {
            tracing::info!(files = gone.len(), "deleted files that nothing names");
        }
        self.db
            .write(move |conn| {
                store::postpone(conn, &stuck, later)?;
                store::forget(conn, &gone)
            })
            .await?;
        outcome
    }

    /// Deletes one after the other, whatever becomes of the one before, until the place seems to be away.
    fn delete_all(&self, ids: Vec<Id>) -> Deleted {
        let mut deleted = Deleted { gone: Vec::with_capacity(ids.len()), stuck: Vec::new(), outcome: Ok(()) };
        let mut failures = 0;
        for id in ids {
            match self.place.delete(&id.to_string()) {
                Ok(()) => {
                    failures = 0;
                    deleted.gone.push(id);
                }
                Err(error) => {
                    failures += 1;
                    deleted.stuck.push(id);
                    deleted.outcome = Err(error);
                }
            }
            if failures == AWAY {
                break;
            }
        }
        deleted
    }

    /// Runs what blocks on a thread for that. The slot is free again when it is done, even where nobody waits any more.
    async fn run<T, F>(&self, slot: Slot, work: F) -> Result<T, Error>
    where
        F: FnOnce(&Self) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let storage = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let Slot(_taken) = slot;
            work(&storage)
        });
        done.await.or_internal()?
    }
}

fn label(id: Id) -> String {
    format!("stored object {id}")
}
