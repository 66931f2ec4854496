//! Figures that other parts tell from time to time: when the last backup was whole, and how far the own clock is off.
//!
//! They are zero until somebody has told them: an alert for a backup that is too old then fires as well as one for
//! none.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::gauge::Gauge;

use super::{Figures, Registry};
use crate::time::Timestamp;

/// What was told. Cloning shares it.
#[derive(Clone, Default)]
pub struct Told {
    backup: Gauge,
    clock: Gauge<f64, AtomicU64>,
}

impl Told {
    /// A backup was whole at this instant.
    pub fn backed_up(&self, at: Timestamp) {
        self.backup.set(at.as_seconds());
    }

    /// The database's clock less the own one, in seconds.
    pub fn clock_is_off_by(&self, seconds: f64) {
        self.clock.set(seconds);
    }
}

impl Figures for Told {
    fn register(&self, registry: &mut Registry) {
        let help = "When the last backup was whole, in seconds since 1970; zero if none is known";
        registry.register("backup_last_success_timestamp_seconds", help, self.backup.clone());
        let help = "Clock of the database server less the clock of this process";
        registry.register("clock_offset_seconds", help, self.clock.clone());
    }
}
