//! The audit log: who did what to whom, when, from which network, in which request.
//!
//! An entry is written in the transaction of what it tells, so neither is ever there without the other. The database refuses to
//! change or delete one (triggers). A job of its own seals entries into a chain: each link is a MAC over the entry and the
//! link before, under a key that the database does not hold, so what was changed behind the portal's back shows
//! ([`verify`], `portal audit verify`). Sealing stands outside requests, so no request waits for another's link; the newest
//! link is logged, and a log that is kept elsewhere proves that the end of the chain was not cut off.
//!
//! People are named by id alone, so that erasing a person leaves the log whole. The Secretariat and auditors read all of it,
//! a coordinator what concerns the own organisation, everybody what concerns oneself. The network of somebody else is for the
//! Secretariat and auditors alone.
//!
//! Left out: deleting. A year of a community of thousands is some hundred megabytes.

pub mod routes;
mod rules;
mod store;
mod types;

use std::time::Duration;

pub use rules::shows_network;
pub use types::{AuditQuery, Entry, Event, Trace};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::random::Random;
use crate::secrets::Mac;
use crate::time::{Clock, Timestamp};

/// Entries sealed or verified in one go.
const BATCH: i64 = 1_000;
/// How long after a later entry's an earlier entry may still be committed: no unit of work runs longer, and clocks of
/// two machines differ by less.
const STRAGGLERS: Duration = Duration::from_hours(1);

/// Where features write down what happens. Cloning is cheap.
#[derive(Clone)]
pub struct Audit {
    clock: Clock,
    random: Random,
}

impl Audit {
    /// A log that takes time and ids from here.
    #[must_use]
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random }
    }

    /// Writes an entry, in the transaction of `conn`.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn note(&self, conn: &mut Conn, trace: &Trace, entry: &Entry) -> Result<(), Error> {
        let now = self.clock.now();
        store::insert(conn, Id::new(now, &self.random), entry, trace, now)
    }
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Links so far.
    pub position: i64,
    /// The last of them.
    pub link: Vec<u8>,
}

impl Head {
    /// The link as it is printed.
    #[must_use]
    pub fn hex(&self) -> String {
        crate::secrets::hex(&self.link)
    }
}

/// What one pass over the log sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// How many entries.
    pub entries: usize,
    /// The end of the chain.
    pub head: Head,
    /// The last of them, after which the next pass of the same round goes on.
    pub last: Option<Id>,
}

/// Seals what is not sealed yet and was written before `until`, up to a batch. The first pass of a round looks through the last hour, where entries
/// may have come late; the next ones go on `after` the last entry.
///
/// # Errors
/// Where the database says no.
pub fn seal(conn: &mut Conn, mac: &Mac, after: Option<Id>, until: Timestamp) -> Result<Sealed, Error> {
    conn.exclude_others()?;
    let mut head = store::head(conn)?;
    let since = match after {
        Some(last) => Some(last),
        None => store::newest_sealed(conn)?.map(|at| Id::first_of(at.minus(STRAGGLERS))),
    };
    let until = Id::first_of(until.plus(Duration::from_millis(1)));
    let entries = store::unsealed(conn, since.unwrap_or_else(Id::nil), until, BATCH)?;
    let mut links = Vec::with_capacity(entries.len());
    for entry in &entries {
        head = Head { position: head.position + 1, link: rules::link(mac, &head, entry) };
        links.push((head.position, entry.id, head.link.clone()));
    }
    store::insert_links(conn, &links)?;
    Ok(Sealed { entries: entries.len(), head, last: entries.last().map(|entry| entry.id) })
}

/// What a check of the chain found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every link holds, and every entry older than an hour is sealed.
    Whole {
        /// The end of the chain.
        head: Head,
        /// Entries that await their seal.
        unsealed: i64,
    },
    /// The first link that does not hold.
    Broken {
        /// Its place.
        position: i64,
        /// What is wrong.
        fault: &'static str,
    },
}

/// Checks the whole chain, page by page.
///
/// # Errors
/// Where the database says no.
pub fn verify(conn: &mut Conn, mac: &Mac, now: Timestamp) -> Result<Verdict, Error> {
    let mut head = Head { position: 0, link: Vec::new() };
    loop {
        let page = store::chain(conn, head.position, BATCH)?;
        if page.is_empty() {
            break;
        }
        for (position, link, entry) in page {
            let fault = rules::fault(mac, &head, position, &link, entry.as_ref());
            if let Some(fault) = fault {
                return Ok(Verdict::Broken { position, fault });
            }
            head = Head { position, link };
        }
    }
    let (unsealed, oldest) = store::count_unsealed(conn)?;
    if oldest.is_some_and(|at| at < now.minus(STRAGGLERS)) {
        return Ok(Verdict::Broken { position: head.position + 1, fault: "an entry older than an hour has no seal" });
    }
    Ok(Verdict::Whole { head, unsealed })
}
