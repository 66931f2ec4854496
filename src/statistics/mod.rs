//! Key figures for the Secretariat: how complete and current the directory is, and how long decisions take.
//!
//! Contacts are counted from an index alone (`contact_figures`), pending cases from the index of states, decisions from
//! the audit log, which alone has the time of each. Only the count of contacts depends on the size of the directory.
//!
//! Left out: figures of a past day.

pub mod pages;
pub mod routes;
mod rules;
mod store;
mod types;

use std::time::Duration;

pub use types::{DirectoryFigures, RegionFigures};

use crate::db::Conn;
use crate::error::Error;
use crate::service::{Foundation, Service};
use crate::time::Timestamp;
use types::PendingCounts;

/// The age from which unconfirmed contacts are counted separately.
const LONG: Duration = Duration::from_hours(24 * 90);
/// The period of the figures on decisions.
const YEAR: Duration = Duration::from_hours(24 * 365);

/// Key figures. Cloning is cheap.
#[derive(Clone)]
pub struct Statistics {
    foundation: Foundation,
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
        Self { foundation }
    }

    /// The figures of each region, within a unit of work that began at `now`.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn regions(conn: &mut Conn, now: Timestamp) -> Result<Vec<RegionFigures>, Error> {
        let (members, listed) = (store::members(conn)?, store::listed(conn)?);
        Ok(rules::figures(&members, &listed, &PendingCounts::default(), Vec::new(), now).regions)
    }

    /// The figures of the directory at this moment.
    pub async fn directory(&self) -> Result<DirectoryFigures, Error> {
        let now = self.foundation.clock.now();
        self.foundation
            .db
            .read_snapshot(move |conn| {
                let (members, listed) = (store::members(conn)?, store::listed(conn)?);
                let pending = store::pending(conn, now.minus(LONG), now)?;
                let decision_times = store::decision_times(conn, now.minus(YEAR))?;
                Ok(rules::figures(&members, &listed, &pending, decision_times, now))
            })
            .await
    }
}
