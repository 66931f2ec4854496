//! Compares the ledger with the store: objects that are missing, that were altered, and that the ledger does not name.
//!
//! An object is altered if it does not open with the master key under its own id, so the exchange of two objects shows
//! too. `portal files verify` checks all of them, or a sample; the portal checks a sample each hour ([`SAMPLE`]), which
//! begins at a random moment of the ledger, so that in time each object has its turn. Faults are logged as errors and
//! counted ([`FileFaults`]). Foreign objects are looked for in a folder only, and only where all is verified: the key
//! of a bucket needs no right to list.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::{Storage, label, store};
use crate::db::{BATCH, Id};
use crate::error::{Error, OrInternal as _};
use crate::metrics::{Figures, Registry};

/// Objects that the portal verifies each hour.
pub const SAMPLE: usize = 20;
/// How often it does that.
const EVERY: Duration = Duration::from_hours(1);
/// Rows of the ledger that are read at once.
const AT_ONCE: i64 = 500;

/// What is wrong with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileFaultKind {
    /// The ledger names it, and it does not exist.
    Missing,
    /// It does not open with the master key.
    Altered,
    /// The ledger does not name it.
    Foreign,
}

impl FileFaultKind {
    /// Its name in the log and on the terminal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Altered => "altered",
            Self::Foreign => "foreign",
        }
    }
}

/// An object that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// What is wrong.
    pub kind: FileFaultKind,
    /// The name of the object.
    pub name: String,
}

/// The objects to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All, and those that the ledger does not name.
    All,
    /// So many, from a random one on.
    Sample(usize),
}

/// The result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The number of objects that were read.
    pub verified: usize,
    /// Whether foreign objects were looked for.
    pub listed: bool,
    /// What is wrong.
    pub faults: Vec<FileFault>,
}

/// The faults that this process has found since it started, for `/metrics`. Cloning shares them.
#[derive(Clone, Default)]
pub struct FileFaults(Arc<Counts>);

struct Counts {
    verified: Counter,
    found: Family<Kind, Counter>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

impl Default for Counts {
    fn default() -> Self {
        let counts = Self { verified: Counter::default(), found: Family::default() };
        for kind in [FileFaultKind::Missing, FileFaultKind::Altered, FileFaultKind::Foreign] {
            counts.found.get_or_create_owned(&Kind { kind: kind.as_str() });
        }
        counts
    }
}

impl Figures for FileFaults {
    fn register(&self, registry: &mut Registry) {
        let help = "Stored files that were compared with the ledger";
        registry.register("stored_files_verified", help, self.0.verified.clone());
        let help = "Faults of stored files that were found, by kind";
        registry.register("stored_file_faults", help, self.0.found.clone());
    }
}

impl FileFaults {
    /// How many objects were verified.
    #[must_use]
    pub fn verified(&self) -> u64 {
        self.0.verified.get()
    }

    /// How many faults of this kind were found.
    #[must_use]
    pub fn found(&self, kind: FileFaultKind) -> u64 {
        self.of(kind).get()
    }

    fn of(&self, kind: FileFaultKind) -> Counter {
        self.0.found.get_or_create_owned(&Kind { kind: kind.as_str() })
    }

    fn add(&self, verdict: &Verdict) {
        self.0.verified.inc_by(u64::try_from(verdict.verified).unwrap_or_default());
        for fault in &verdict.faults {
            self.of(fault.kind).inc();
        }
    }
}

impl Storage {
    /// The faults that were found since the start.
    #[must_use]
    pub fn faults(&self) -> FileFaults {
        self.faults.clone()
    }

    /// Verifies a sample, if the last one was an hour ago; returns how many objects.
    ///
    /// # Errors
    /// 503 if the store or the database is unreachable.
    pub async fn verify_hourly(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        {
            let mut last = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
            if now < last.plus(EVERY) {
                return Ok(0);
            }
            *last = now;
        }
        Ok(self.verify(Scope::Sample(SAMPLE)).await?.verified)
    }

    /// Verifies objects; logs and counts what is wrong.
    ///
    /// # Errors
    /// 503 if the store or the database is unreachable.
    pub async fn verify(&self, scope: Scope) -> Result<Verdict, Error> {
        let mut verdict = match scope {
            Scope::All => self.verify_from(Id::nil(), usize::MAX).await?,
            Scope::Sample(number) => self.verify_sample(number).await?,
        };
        if scope == Scope::All {
            let foreign = self.foreign().await?;
            verdict.listed = foreign.is_some();
            let named = |name| FileFault { kind: FileFaultKind::Foreign, name };
            verdict.faults.extend(foreign.unwrap_or_default().into_iter().map(named));
        }
        for FileFault { kind, name } in &verdict.faults {
            tracing::error!(file = name, fault = kind.as_str(), "a file of the storage is not as it should be");
        }
        self.faults.add(&verdict);
        Ok(verdict)
    }

    /// Begins at a random instant between the first object and the last, and goes on at the first.
    async fn verify_sample(&self, number: usize) -> Result<Verdict, Error> {
        let Some((first, last)) = self.db.read(store::span).await? else { return Ok(Verdict::default()) };
        let span = usize::try_from(last.since(first).as_millis()).unwrap_or(usize::MAX - 1);
        let since = u64::try_from(self.random.below(span + 1)).unwrap_or_default();
        let from = Id::first_of(first.plus(Duration::from_millis(since)));
        let mut verdict = self.verify_from(from, number).await?;
        if let Some(left) = number.checked_sub(verdict.verified).filter(|left| *left > 0) {
            // A small storage is verified twice in part, which does no harm; its faults count once.
            let more = self.verify_from(Id::nil(), left).await?;
            verdict.verified += more.verified;
            let known = verdict.faults.clone();
            verdict.faults.extend(more.faults.into_iter().filter(|fault| !known.contains(fault)));
        }
        Ok(verdict)
    }

    /// Verifies up to `most` objects from this id on.
    async fn verify_from(&self, from: Id, most: usize) -> Result<Verdict, Error> {
        let (mut from, mut verdict) = (from, Verdict::default());
        while verdict.verified < most {
            let limit = i64::try_from(most - verdict.verified).unwrap_or(AT_ONCE).min(AT_ONCE);
            let ids = self.db.read(move |conn| store::kept(conn, from, limit)).await?;
            let Some(last) = ids.last().copied() else { break };
            for id in ids {
                verdict.verified += 1;
                if let Some(kind) = self.fault_of(id).await? {
                    verdict.faults.push(FileFault { kind, name: id.to_string() });
                }
            }
            from = last;
        }
        Ok(verdict)
    }

    async fn fault_of(&self, id: Id) -> Result<Option<FileFaultKind>, Error> {
        let slot = self.slot().await?;
        let fault = self
            .run("verify", slot, move |storage| {
                let Some(sealed) = storage.place.get(&id.to_string())? else { return Ok(Some(FileFaultKind::Missing)) };
                let opens = storage.master.open(&sealed, &label(id)).is_ok();
                Ok((!opens).then_some(FileFaultKind::Altered))
            })
            .await?;
        // It may have been released and deleted meanwhile.
        let is_kept = fault.is_none() || self.db.read(move |conn| store::is_kept(conn, id)).await?;
        Ok(fault.filter(|_| is_kept))
    }

    /// Names in the store that the ledger does not have; none if the store can't be listed. An id is in the ledger
    /// before its object is written, and leaves it after the object is deleted.
    async fn foreign(&self) -> Result<Option<Vec<String>>, Error> {
        let place = Arc::clone(&self.place);
        let names = move || {
            let mut names = Vec::new();
            let listed = place.each(&mut |name| {
                names.push(name.to_owned());
                Ok(())
            })?;
            Ok::<_, Error>(listed.then_some(names))
        };
        let Some(names) = tokio::task::spawn_blocking(names).await.or_internal()?? else { return Ok(None) };
        let mut foreign = Vec::new();
        for names in names.chunks(BATCH) {
            // What an interrupted write left (`….part`) belongs to its object.
            let id_of = |name: &str| name.split('.').next().and_then(|id| id.parse::<Id>().ok());
            let ids: Vec<Id> = names.iter().filter_map(|name| id_of(name)).collect();
            let known = self.db.read(move |conn| store::known(conn, &ids)).await?;
            let unknown = names.iter().filter(|name| id_of(name).is_none_or(|id| !known.contains(&id)));
            foreign.extend(unknown.cloned());
        }
        Ok(Some(self.still_there(foreign).await?))
    }

    /// Those that were not deleted since they were listed.
    async fn still_there(&self, names: Vec<String>) -> Result<Vec<String>, Error> {
        let place = Arc::clone(&self.place);
        let look = move || {
            let mut there = Vec::new();
            for name in names {
                if place.get(&name)?.is_some() {
                    there.push(name);
                }
            }
            Ok(there)
        };
        tokio::task::spawn_blocking(look).await.or_internal()?
    }
}
