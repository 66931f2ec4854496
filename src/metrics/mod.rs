//! Figures for monitoring: what a feature counts, what it reads from its tables, and the formats in which both leave.
//!
//! A feature owns its figures. What a process counts itself (answers, logins, attempts) is a struct of counters that
//! the feature keeps and registers ([`Figures`]). What the tables say (mails that wait, the oldest entry without a
//! seal) is the same in every process: a feature answers it from partial indexes ([`States`]), and [`StateCache`]
//! asks all of them in one snapshot at most once in 15 seconds, however often `/metrics` is scraped; so alert rules
//! take the `max` of these. `http::metrics` holds the registry, `app` puts the features on its list.
//!
//! Labels are words of the portal, never input, so their number is bounded. How old the oldest waiting thing is says
//! more than how many wait.
//!
//! - `states` the cache of what tables say; `format` `OpenMetrics` and the older text format
//! - `process` what the system knows of this process; `told` what other parts tell: backups, the clock
//!
//! Left out: rules and a dashboard (`operations/`), and who may read them (`app::health`).

mod format;
mod process;
mod states;
mod told;

pub use format::Format;
pub use process::{Build, Process, Watched};
pub use states::{State, StateCache, age, number};
pub use told::Told;

pub use prometheus_client::registry::Registry;

use crate::db::Conn;
use crate::error::Error;
use crate::time::Timestamp;

/// Figures that a feature counts.
pub trait Figures {
    /// Adds them to the registry, whose names begin with `portal_`.
    fn register(&self, registry: &mut Registry);
}

/// Figures that a feature reads from its tables.
pub trait States: Send + Sync {
    /// Reads them; each query from an index, and bounded.
    ///
    /// # Errors
    /// Of the database.
    fn read(&self, conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error>;
}

/// A function that reads is enough.
impl<F> States for F
where
    F: Fn(&mut Conn, Timestamp) -> Result<Vec<State>, Error> + Send + Sync,
{
    fn read(&self, conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error> {
        self(conn, now)
    }
}
