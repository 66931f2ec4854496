//! Audit log: who did what to whom, when, from which network, in which request, by which session or API token.
//!
//! An entry is a row of the transaction that it records, so neither exists without the other. Triggers refuse UPDATE
//! and DELETE. A background job seals entries into a chain: each link is a MAC over the entry and the previous link,
//! with a key that is not in the database. [`verify`] (`portal audit verify`) therefore detects sealed entries that were
//! altered or removed in the database. It does not detect an entry that somebody adds there before the next seal.
//! Sealing runs outside requests, so no request waits for the chain. Each newest link is also logged; a log that is kept
//! elsewhere proves that the end of the chain was not cut off.
//!
//! Entries name people by id only, so an erasure leaves the log whole. The network of a request is kept beside the entry
//! and is not sealed: it is deleted after some months ([`forget_networks`]), and with its person. Entries that an older
//! portal wrote have it inside, where nothing can be deleted. The Secretariat and auditors read every entry,
//! coordinators those of their own organisation, everybody those about themselves. Only the Secretariat and auditors
//! see the network and the credential of another person.
//!
//! - [`Audit`] writes entries; [`AuditLog`] reads them
//! - [`seal`] (`sealing`) and [`verify`] the chain
//!
//! This module is below `service`, so [`AuditLog`] holds the database alone.
//!
//! Left out: deletion of entries. A community of thousands writes some hundred megabytes a year.

mod details;
pub mod pages;
mod personal_data;
pub mod routes;
mod rules;
mod sealing;
mod store;
mod types;

use std::time::Duration;

pub use personal_data::PersonalRecords;
pub use sealing::{SealedBatch, SealingRounds, seal};
pub use types::{AuditFilter, AuditQuery, Entry, Event, StoredEntry, Trace};

use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::metrics::{State, age, number};
use crate::policy::Principal;
use crate::random::Random;
use crate::secrets::Mac;
use crate::time::{Clock, Timestamp};
use types::Scope;

/// Entries that one query verifies.
const BATCH: i64 = 1_000;
/// How late an entry may be committed after one with a later timestamp: longer than any unit of work, and than the
/// difference between the clocks of two machines.
const STRAGGLERS: Duration = Duration::from_hours(1);

/// Writes entries. Cloning is cheap.
#[derive(Clone)]
pub struct Audit {
    clock: Clock,
    random: Random,
}

impl Audit {
    /// A writer that takes timestamps from `clock` and ids from `random`.
    #[must_use]
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random }
    }

    /// Writes an entry in the transaction of `conn`.
    pub fn record(&self, conn: &mut Conn, trace: &Trace, entry: &Entry) -> Result<(), Error> {
        debug_assert!(details::are_known(entry.detail.as_ref()), "details without words: {entry:?}");
        let now = self.clock.now();
        store::insert(conn, Id::new(now, &self.random), entry, trace, now)
    }
}

/// Reads entries. Cloning is cheap.
#[derive(Clone)]
pub struct AuditLog {
    db: Db,
}

impl AuditLog {
    /// The service.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Entries that `reader` may read as an officer, the newest first, before `before`.
    ///
    /// # Errors
    /// 403.
    pub async fn list(
        &self,
        reader: &Principal,
        filter: AuditFilter,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<StoredEntry>, Error> {
        self.page(reader.user_id, rules::scope(reader)?, filter, before, limit).await
    }

    /// One entry, if `reader` may read it as an officer.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn get(&self, reader: &Principal, id: Id) -> Result<StoredEntry, Error> {
        let filter = AuditFilter { entry: Some(id), ..AuditFilter::default() };
        self.list(reader, filter, None, 1).await?.pop().ok_or_else(Error::not_found)
    }

    /// Entries by or about `person`, the newest first, before `before`.
    pub async fn list_own(
        &self,
        person: Id,
        filter: AuditFilter,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<StoredEntry>, Error> {
        self.page(person, Scope::Person(person), filter, before, limit).await
    }

    async fn page(
        &self,
        reader: Id,
        scope: Scope,
        filter: AuditFilter,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<StoredEntry>, Error> {
        let read = move |conn: &mut Conn| {
            let entries = store::list(conn, &scope, &filter, before, limit)?;
            Ok(entries.into_iter().map(|entry| rules::shown(reader, &scope, entry)).collect())
        };
        self.db.read(read).await
    }
}

/// Deletes networks of entries from before `bound`, `limit` at most; returns how many.
pub fn forget_networks(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    store::forget_networks(conn, bound, limit)
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of links.
    pub position: i64,
    /// The last link.
    pub link: Vec<u8>,
}

impl Head {
    /// Position and link, or in words that there is none.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.link.is_empty() { "none yet".to_owned() } else { format!("{} {}", self.position, self.hex()) }
    }

    /// The link in hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        crate::secrets::hex(&self.link)
    }
}

/// The end of the chain as it is stored, not verified.
pub fn head(conn: &mut Conn) -> Result<Head, Error> {
    store::head(conn)
}

/// The result of [`verify`].
#[derive(Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Every link is right, and every entry older than an hour has one.
    Whole {
        /// The end of the chain.
        head: Head,
        /// The number of entries without a link.
        unsealed: i64,
    },
    /// The first link that is wrong.
    Broken {
        /// Its position.
        position: i64,
        /// What is wrong.
        fault: &'static str,
    },
}

/// Checks the whole chain, page by page.
pub fn verify(conn: &mut Conn, mac: &Mac, now: Timestamp) -> Result<ChainVerdict, Error> {
    verify_through(conn, mac, now, None)
}

/// The same, and that the chain goes through a link that was kept elsewhere: one that does not was cut or replaced by
/// somebody who has the key.
pub fn verify_through(conn: &mut Conn, mac: &Mac, now: Timestamp, kept: Option<&Head>) -> Result<ChainVerdict, Error> {
    let mut head = Head { position: 0, link: Vec::new() };
    loop {
        let page = store::chain(conn, head.position, BATCH)?;
        if page.is_empty() {
            break;
        }
        for (position, link, entry) in page {
            let fault = rules::fault(mac, &head, position, &link, entry.as_ref());
            let fault = fault.or_else(|| rules::fault_against(kept, position, &link));
            if let Some(fault) = fault {
                return Ok(ChainVerdict::Broken { position, fault });
            }
            head = Head { position, link };
        }
    }
    if kept.is_some_and(|kept| kept.position > head.position) {
        return Ok(ChainVerdict::Broken {
            position: head.position + 1,
            fault: "the chain ends before the link that was kept",
        });
    }
    let (unsealed, oldest) = store::count_unsealed(conn)?;
    if oldest.is_some_and(|at| at < now.minus(STRAGGLERS)) {
        return Ok(ChainVerdict::Broken {
            position: head.position + 1,
            fault: "an entry older than an hour has no seal",
        });
    }
    Ok(ChainVerdict::Whole { head, unsealed })
}

/// The end of the chain, and how long entries wait for their seal: the same in every process.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error> {
    let help = "Age of the oldest entry after the last one that was sealed; read from the database";
    let waiting = State::one("audit_oldest_unsealed_seconds", help, age(store::first_after_seals(conn)?, now));
    let help = "Position of the last seal; read from the database";
    let head = State::one("audit_head_position", help, number(store::head(conn)?.position));
    Ok(vec![waiting, head])
}
