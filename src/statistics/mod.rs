//! Key figures for the Secretariat: how complete and current the directory is, and how long decisions take.
//!
//! Contacts are counted from an index alone (`contact_figures`), pending cases from the index of states, decisions from
//! the audit log, which alone has the time of each. Only the count of contacts depends on the size of the directory: each
//! process keeps it until the revision of the directory is another one.
//!
//! Left out: figures of a past day.

pub mod pages;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use types::{DirectoryFigures, RegionFigures};

use crate::changes;
use crate::db::Conn;
use crate::error::Error;
use crate::service::{Foundation, Service};
use crate::time::Timestamp;
use types::{ContactCount, PendingCounts};

/// The age from which unconfirmed contacts are counted separately.
const LONG: Duration = Duration::from_hours(24 * 90);
/// The period of the figures on decisions.
const YEAR: Duration = Duration::from_hours(24 * 365);

/// Key figures. Cloning is cheap.
#[derive(Clone)]
pub struct Statistics {
    foundation: Foundation,
    kept: Arc<Mutex<Option<KeptCounts>>>,
}

/// Counts of contacts, and the revision of the directory before they were counted.
struct KeptCounts {
    revision: i64,
    counts: Arc<Vec<ContactCount>>,
}

impl Service for Statistics {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Statistics {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation) -> Self {
        Self { foundation, kept: Arc::default() }
    }

    /// The figures of each region, within a unit of work that began at `now`. For reads only: after a unit of work that
    /// writes and fails, others would get counts that were never committed.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn regions(&self, conn: &mut Conn, now: Timestamp) -> Result<Vec<RegionFigures>, Error> {
        let (members, listed) = (store::members(conn)?, self.listed(conn)?);
        Ok(rules::figures(&members, &listed, &PendingCounts::default(), Vec::new(), now).regions)
    }

    /// The figures of the directory at this moment.
    pub async fn directory(&self) -> Result<DirectoryFigures, Error> {
        let (now, service) = (self.foundation.clock.now(), self.clone());
        self.foundation
            .db
            .read_snapshot(move |conn| {
                let (members, listed) = (store::members(conn)?, service.listed(conn)?);
                let pending = store::pending(conn, now.minus(LONG), now)?;
                let decision_times = store::decision_times(conn, now.minus(YEAR))?;
                Ok(rules::figures(&members, &listed, &pending, decision_times, now))
            })
            .await
    }

    /// Counts of listed contacts, without those of hidden members.
    fn listed(&self, conn: &mut Conn) -> Result<Vec<ContactCount>, Error> {
        // Read first: counts that are newer than their revision are counted once more, and are never late.
        let revision = changes::revision(conn)?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|kept| kept.of(revision));
        let counts = if let Some(counts) = kept {
            counts
        } else {
            let counts = Arc::new(store::listed(conn)?);
            let kept = KeptCounts { revision, counts: Arc::clone(&counts) };
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
            counts
        };
        let hidden = store::hidden(conn)?;
        Ok(counts.iter().filter(|count| !hidden.contains(&count.organisation)).copied().collect())
    }
}

impl KeptCounts {
    fn of(&self, revision: i64) -> Option<Arc<Vec<ContactCount>>> {
        (self.revision == revision).then(|| Arc::clone(&self.counts))
    }
}
