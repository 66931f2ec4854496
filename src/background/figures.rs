//! Metrics of background jobs, for `/metrics`. Labels are internal names, so there is one line for each job and
//! outcome. The label is `job_name`, since Prometheus itself sets `job`.
//!
//! Times are seconds since 1970 by the portal's clock. A process counts only its own runs, from its start on.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::time::Timestamp;

/// Upper bounds of the buckets of durations, in seconds.
const DURATIONS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Name {
    job_name: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Run {
    job_name: &'static str,
    outcome: &'static str,
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It did this number of things.
    Ok(usize),
    /// It failed.
    Error,
    /// It panicked.
    Panic,
    /// It was not tried, because it is set aside.
    SetAside,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::SetAside => "set_aside",
        }
    }
}

/// The figures. Cloning shares them.
#[derive(Clone)]
pub struct Figures {
    interval: Family<Name, Gauge>,
    success: Family<Name, Gauge>,
    error: Family<Name, Gauge>,
    runs: Family<Run, Counter>,
    failures: Family<Name, Counter>,
    things: Family<Name, Counter>,
    duration: Family<Name, Histogram>,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            interval: Family::default(),
            success: Family::default(),
            error: Family::default(),
            runs: Family::default(),
            failures: Family::default(),
            things: Family::default(),
            duration: Family::<Name, Histogram>::new_with_constructor(|| Histogram::new(DURATIONS)),
        }
    }
}

impl Figures {
    /// Registers the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let Self { interval, success, error, runs, failures, things, duration } = self.clone();
        registry.register("job_interval_seconds", "How often a background job is due at least", interval);
        let help = "When a background job ended well the last time, in seconds since 1970";
        registry.register("job_last_success_timestamp_seconds", help, success);
        let help = "When a background job failed the last time, in seconds since 1970";
        registry.register("job_last_error_timestamp_seconds", help, error);
        registry.register("job_runs", "Runs of background jobs by outcome: ok, error, panic, set_aside", runs);
        registry.register("job_failures", "Runs of background jobs that failed or panicked", failures);
        registry.register("job_things", "What background jobs did: rows, mails, people", things);
        registry.register("job_duration_seconds", "How long a run of a background job took", duration);
    }

    /// Adds a job that a loop runs from now on.
    pub(super) fn planned(&self, job: &'static str, every: Duration) {
        // A failure that is counted from zero is one that an alert sees.
        self.failures.get_or_create_owned(&Name { job_name: job });
        self.interval.get_or_create(&Name { job_name: job }).set(i64::try_from(every.as_secs()).unwrap_or(i64::MAX));
    }

    /// Counts a run of a job.
    pub(super) fn ran(&self, job: &'static str, outcome: Outcome, took: Duration, now: Timestamp) {
        let name = Name { job_name: job };
        self.runs.get_or_create(&Run { job_name: job, outcome: outcome.as_str() }).inc();
        self.duration.get_or_create(&name).observe(took.as_secs_f64());
        match outcome {
            Outcome::Ok(things) => {
                self.success.get_or_create(&name).set(now.as_seconds());
                self.things.get_or_create(&name).inc_by(u64::try_from(things).unwrap_or(u64::MAX));
            }
            Outcome::Error | Outcome::Panic => {
                self.error.get_or_create(&name).set(now.as_seconds());
                self.failures.get_or_create(&name).inc();
            }
            Outcome::SetAside => {}
        }
    }
}
