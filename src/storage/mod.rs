//! Uploaded files, stored outside the database: encrypted, bounded, and deleted when no row names them.
//!
//! [`Storage`] writes and reads objects of some megabytes in a folder of this machine (`folder`) or an S3 bucket
//! (`bucket`), as configured. Both implement one trait, [`ObjectStore`]; a third store would be one more file.
//!
//! - Objects are encrypted with the master key (AES-256-GCM) and bound to their id. A letter names third persons: with
//!   the bucket or the disk alone it cannot be read, and any change or exchange is detected.
//! - Keys of objects are ids made by the portal. Nothing that a user typed gets into a path or a URL.
//! - The database has the ledger, `stored_object`. An id is reserved there before the first byte is written. The
//!   transaction of the row that names it keeps it ([`keep`]), and the one that drops that row releases it
//!   ([`release`]). [`Storage::sweep`] deletes what was released and has rested for a day, so that a backup finds the
//!   objects that its database names, and what was reserved and never kept, so that nothing is left behind wherever a
//!   process ended. [`Storage::discard`] deletes at once what never got a name, which the ledger says ([`give_up`]). An
//!   object that can't be deleted is postponed and blocks no others. The ledger alone decides: a portal that is pointed
//!   at an empty database by mistake deletes nothing, and the key of the bucket needs no right to list.
//! - A restored portal deletes nothing until it is released ([`restore_hold`]): its folder or bucket may be that of the
//!   original.
//! - `verify` compares ledger and store, all of it or a sample; `shelf` reads and writes sealed objects for backups;
//!   `resealing` changes the key of objects.
//! - Reading and writing block, so they have threads of their own, and use neither a worker's nor a database thread. A
//!   [`Slot`] permits one object in memory; the number of slots is configured, and without a free one the answer is
//!   503.
//!
//! Left out: streaming (an object is encrypted as a whole), versions, and malware scans: uploads are only served as
//! downloads, and never opened here.

mod bucket;
mod folder;
mod resealing;
mod shelf;
mod store;
mod verify;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use shelf::Shelf;
pub use store::{give_up, keep, release};
pub use verify::{FileFault, FileFaultKind, FileFaults, Scope, Verdict};

use crate::config::{self, StorageKind};
use crate::db::{Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::metrics::{Figures, Registry};
use crate::random::Random;
use crate::restore_hold;
use crate::secrets::MasterKey;
use crate::time::{Clock, Timestamp};

/// How long an object is reserved before its row keeps it.
const RESERVED: Duration = Duration::from_hours(1);
/// When a failed deletion is repeated.
const AGAIN: Duration = Duration::from_hours(1);
/// Consecutive failed deletions after which the store is considered unreachable.
const AWAY: usize = 3;
/// How long a request waits for a slot.
const PATIENCE: Duration = Duration::from_secs(2);
/// Objects that are deleted at once.
const SWEPT_AT_ONCE: i64 = 100;
/// Maximum size of an object, in bytes, whatever is configured today.
const LARGEST: u64 = 40_000_000;

/// A store of objects. All methods block.
trait ObjectStore: Send + Sync {
    /// Stores a new object, and returns when it is durable.
    fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error>;
    /// Stores an object in place of one that exists: readers get the one or the other as a whole. Not at the same time
    /// as another replacement.
    fn replace(&self, key: &str, bytes: &[u8]) -> Result<(), Error>;
    /// The object; none if it does not exist.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error>;
    /// Deletes what an interrupted [`ObjectStore::put`] left, and nothing else.
    fn clear(&self, _key: &str) -> Result<(), Error> {
        Ok(())
    }
    /// Calls `visit` with the name of each object; returns false if the store can't be listed.
    fn each(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<bool, Error>;
    /// Deletes an object, and what an interrupted [`ObjectStore::put`] left of it. It need not exist.
    fn delete(&self, key: &str) -> Result<(), Error>;
    /// Reads again what the settings name and can be replaced.
    fn read_again(&self, _settings: &config::Storage) -> Result<ReplacedStore, Error> {
        Ok(ReplacedStore(Box::new(|| ())))
    }
}

/// What a store has read again, to be put to use.
pub struct ReplacedStore(Box<dyn FnOnce()>);

impl ReplacedStore {
    /// Goes by it from the next object on.
    pub fn put_to_use(self) {
        (self.0)();
    }
}

/// The storage of objects. Cloning is cheap.
#[derive(Clone)]
pub struct Storage {
    place: Arc<dyn ObjectStore>,
    slots: Arc<Semaphore>,
    largest: usize,
    /// How long a released object stays.
    rest: Duration,
    faults: FileFaults,
    /// When the last sample was verified.
    sampled: Arc<Mutex<Timestamp>>,
    db: Db,
    master: Arc<MasterKey>,
    clock: Clock,
    random: Random,
    figures: Family<Operation, Counter>,
}

/// What is done with an object, and how it ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
    outcome: &'static str,
}

/// The counts of operations, those that are expected from zero on.
fn counts() -> Family<Operation, Counter> {
    let counts: Family<Operation, Counter> = Family::default();
    for operation in ["put", "get", "delete"] {
        counts.get_or_create_owned(&Operation { operation, outcome: "ok" });
    }
    counts
}

impl Figures for Storage {
    fn register(&self, registry: &mut Registry) {
        let help = "Objects put, read, verified, sealed anew and deleted, by outcome";
        registry.register("storage_operations", help, self.figures.clone());
        self.faults.register(registry);
    }
}

/// The permit to have one object in memory.
pub struct Slot(OwnedSemaphorePermit);

/// The result of deleting objects.
struct Deleted {
    gone: Vec<Id>,
    stuck: Vec<Id>,
    /// The last error.
    outcome: Result<(), Error>,
}

impl Storage {
    /// Opens the configured store. A folder is created if necessary; a bucket gets no request yet.
    ///
    /// # Errors
    /// If the folder can't be created or the certificates of the bucket can't be read.
    pub fn new(
        settings: &config::Storage,
        db: Db,
        master: Arc<MasterKey>,
        clock: Clock,
        random: Random,
    ) -> Result<Self, Error> {
        let place = open_place(settings, &clock)?;
        let slots = Arc::new(Semaphore::new(settings.transfers));
        let (largest, rest) = (settings.file_limit, Duration::from_hours(settings.rest_hours));
        let (faults, sampled) = (FileFaults::default(), Arc::new(Mutex::new(clock.now())));
        let figures = counts();
        Ok(Self { place, slots, largest, rest, faults, sampled, db, master, clock, random, figures })
    }

    /// Reads again what these settings name and can be replaced: the certificates of a bucket.
    ///
    /// # Errors
    /// If a file can't be read.
    pub fn read_again(&self, settings: &config::Storage) -> Result<ReplacedStore, Error> {
        self.place.read_again(settings)
    }

    /// Maximum bytes of an uploaded object.
    #[must_use]
    pub const fn largest(&self) -> usize {
        self.largest
    }

    /// A slot, to be taken before the object is read into memory.
    ///
    /// # Errors
    /// 503 if all are taken.
    pub async fn slot(&self) -> Result<Slot, Error> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Slot(permit)),
            Ok(Err(_)) | Err(_) => Err(Error::busy()),
        }
    }

    /// Stores an object; returns its id. The unit of work that stores the id calls [`keep`]; otherwise the object is
    /// deleted within hours.
    ///
    /// # Errors
    /// 503 if the store is unreachable.
    pub async fn put(&self, slot: Slot, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<Id, Error> {
        let now = self.clock.now();
        let id = Id::new(now, &self.random);
        self.db.write(move |conn| store::reserve(conn, id, now, now.plus(RESERVED))).await?;
        self.run("put", slot, move |storage| {
            let sealed = storage.master.seal(bytes.as_ref(), &label(id), &storage.random)?;
            storage.place.put(&id.to_string(), &sealed)
        })
        .await?;
        Ok(id)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// 503 if the store is unreachable or no slot is free; 500 if the object does not exist or was changed.
    pub async fn get(&self, id: Id) -> Result<Vec<u8>, Error> {
        let slot = self.slot().await?;
        self.run("get", slot, move |storage| {
            let sealed = storage.place.get(&id.to_string())?;
            let sealed = sealed.ok_or_else(|| Error::internal(format!("the stored object {id} is gone")))?;
            storage.master.open(&sealed, &label(id))
        })
        .await
    }

    /// Deletes objects that a unit of work has just released, unless they rest first.
    pub async fn discard_released(&self, ids: Vec<Id>) {
        if self.rest.is_zero() {
            self.discard(ids).await;
        }
    }

    /// Deletes objects at once that no row ever named ([`give_up`]). The next [`Storage::sweep`] deletes those that
    /// can't be deleted now.
    pub async fn discard(&self, ids: Vec<Id>) {
        if !ids.is_empty()
            && let Err(error) = self.delete(ids).await
        {
            tracing::warn!(%error, "could not delete at once what nothing names");
        }
    }

    /// Deletes objects that no row names any more, a bounded number at a time, until none is left.
    ///
    /// # Errors
    /// 503 if the store is unreachable. Objects that were deleted until then are off the ledger, the rest is tried
    /// again.
    pub async fn sweep(&self) -> Result<(), Error> {
        let bound = self.rested();
        while !self.db.read(restore_hold::is_held).await? {
            let due = self.db.read(move |conn| store::due(conn, bound, SWEPT_AT_ONCE)).await?;
            if due.is_empty() {
                break;
            }
            self.delete(due).await?;
        }
        Ok(())
    }

    /// What was to be deleted by then has rested.
    fn rested(&self) -> Timestamp {
        self.clock.now().minus(self.rest)
    }

    async fn delete(&self, ids: Vec<Id>) -> Result<(), Error> {
        if self.db.read(restore_hold::is_held).await? {
            return Ok(());
        }
        let (slot, later) = (self.slot().await?, self.rested().plus(AGAIN));
        let deleted = self.run("delete", slot, move |storage| Ok(storage.delete_all(ids))).await?;
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

    /// Deletes one object after the other, also after failures, until the store seems unreachable.
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

    /// Runs blocking work on a thread for that. The slot is free again when it is done, even if the request was
    /// cancelled.
    async fn run<T, F>(&self, operation: &'static str, slot: Slot, work: F) -> Result<T, Error>
    where
        F: FnOnce(&Self) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let storage = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let Slot(_taken) = slot;
            work(&storage)
        });
        let done = done.await.or_internal().flatten();
        let outcome = if done.is_ok() { "ok" } else { "error" };
        self.figures.get_or_create(&Operation { operation, outcome }).inc();
        done
    }
}

/// The configured store.
fn open_place(settings: &config::Storage, clock: &Clock) -> Result<Arc<dyn ObjectStore>, Error> {
    Ok(match settings.kind {
        StorageKind::Local => Arc::new(folder::Folder::open(&settings.folder)?),
        StorageKind::S3 => Arc::new(bucket::S3::new(settings, clock.clone())?),
    })
}

/// Stores an object that nothing names, reads it and deletes it.
///
/// # Errors
/// The step that failed, and why.
pub fn try_out(settings: &config::Storage, clock: &Clock, random: &Random) -> Result<(), (&'static str, Error)> {
    let (id, bytes) = (Id::new(clock.now(), random), random.bytes::<32>());
    let key = id.to_string();
    let place = open_place(settings, clock).map_err(|error| ("open", error))?;
    if let Err(error) = place.put(&key, &bytes) {
        let _ = place.delete(&key);
        return Err(("put", error));
    }
    let read = place.get(&key).map_err(|error| ("get", error));
    place.delete(&key).map_err(|error| ("delete", error))?;
    match read? {
        Some(read) if read == bytes => Ok(()),
        _ => Err(("get", Error::internal("what was read is not what was put"))),
    }
}

fn label(id: Id) -> String {
    format!("stored object {id}")
}
