//! Figures of the database for `/metrics`: how long units of work wait and take, how many wait, what was refused, and
//! whether the server answers.
//!
//! They are this process's own, counted where units of work are run (`spans`, `workers`); the sizes of a SQLite file
//! are read when somebody asks.

use std::fmt;
use std::sync::Weak;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{Inner, Target};

/// Upper bounds of the buckets, in seconds.
const TIMES: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct UnitKind {
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// Why a unit of work was refused.
#[derive(Clone, Copy)]
pub(super) enum Refused {
    /// Too many waited.
    Full,
    /// It has waited too long.
    Late,
    /// The server does not answer.
    Away,
}

/// The figures. Cloning shares them.
#[derive(Clone)]
pub struct Figures {
    wait: Histogram,
    duration: Family<UnitKind, Histogram>,
    refused: Family<Reason, Counter>,
}

impl Default for Figures {
    fn default() -> Self {
        let figures = Self {
            wait: Histogram::new(TIMES),
            duration: Family::<UnitKind, Histogram>::new_with_constructor(|| Histogram::new(TIMES)),
            refused: Family::default(),
        };
        for kind in ["read", "snapshot", "write"] {
            figures.duration.get_or_create_owned(&UnitKind { kind });
        }
        for reason in ["full", "late", "away"] {
            figures.refused.get_or_create_owned(&Reason { reason });
        }
        figures
    }
}

impl Figures {
    /// Counts a unit of work of this kind that waited and took so long.
    pub(super) fn ran(&self, kind: &'static str, waited: Duration, took: Duration) {
        self.wait.observe(waited.as_secs_f64());
        self.duration.get_or_create(&UnitKind { kind }).observe(took.as_secs_f64());
    }

    /// Counts a unit of work that was refused.
    pub(super) fn refused(&self, why: Refused) {
        let reason = match why {
            Refused::Full => "full",
            Refused::Late => "late",
            Refused::Away => "away",
        };
        self.refused.get_or_create(&Reason { reason }).inc();
    }

    /// Adds the figures of a database to a registry.
    pub(super) fn register(&self, database: Weak<Inner>, registry: &mut Registry) {
        let Self { wait, duration, refused } = self.clone();
        let help = "How long units of work waited for a connection, their turn included";
        registry.register("db_unit_wait_seconds", help, wait);
        registry.register("db_unit_duration_seconds", "How long units of work took on a connection, by kind", duration);
        let help = "Units of work answered 503: the queue was full, the wait too long (late), or the database away";
        registry.register("db_refused", help, refused);
        registry.register_collector(Box::new(State(database)));
    }
}

/// What is read when somebody asks. It does not keep the database open.
struct State(Weak<Inner>);

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State")
    }
}

impl Collector for State {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(database) = self.0.upgrade() else { return Ok(()) };
        let mut gauge = |name: &str, help: &str, value: u64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        gauge("db_units_waiting", "Units of work that wait for a connection", count(database.waiting()))?;
        gauge("db_connections", "Connections of this process for units of work", count(database.connection_count()))?;
        let is_away = database.watch.as_ref().is_some_and(super::watch::Watch::is_away);
        gauge("db_up", "Whether the database answers", u64::from(!is_away))?;
        if let Target::Sqlite(path) = &database.target {
            let size = |path: &str| std::fs::metadata(path).map_or(0, |file| file.len());
            gauge("db_file_bytes", "Size of the SQLite file", size(path))?;
            gauge("db_wal_bytes", "Size of the write-ahead log of SQLite", size(&format!("{path}-wal")))?;
        }
        let outages = ConstCounter::new(database.watch.as_ref().map_or(0, super::watch::Watch::outages));
        let help = "How often the database stopped answering";
        outages.encode(encoder.encode_descriptor("db_outages", help, None, outages.metric_type())?)
    }
}
