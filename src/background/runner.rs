//! The loop of all background jobs.
//!
//! Left out: threads. A loop runs where it is awaited, and a job with much to compute starts a thread itself.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::figures::{Figures, Outcome};
use super::rules::wait_after;
use super::schedule::Schedule;
use super::{Done, Job};
use crate::error::Error;
use crate::time::Clock;

/// Runs jobs, and counts their outcomes. Cloning shares the counts.
#[derive(Clone)]
pub struct Runner {
    clock: Clock,
    figures: Figures,
}

/// The result of a round.
#[derive(Clone, Copy, Default)]
struct Round {
    did_something: bool,
    failed: bool,
}

impl Runner {
    /// A runner that counts in `figures`, with the time of `clock`.
    #[must_use]
    pub fn new(clock: Clock, figures: Figures) -> Self {
        Self { clock, figures }
    }

    /// Announces that a job is due at least at this interval, so that monitoring misses it even if it never ran.
    pub fn plan(&self, job: &'static str, every: Duration) {
        self.figures.planned(job, every);
    }

    /// Runs a job once; returns how many things it did. Failures and panics are logged here.
    ///
    /// # Errors
    /// The error of the job, or that it panicked.
    pub async fn run<J: Job>(&self, job: &mut J) -> Result<usize, Error> {
        let (name, started) = (job.name(), Instant::now());
        let span = tracing::debug_span!("job", job = name);
        // On the heap: a step may be large, and its callers' futures should stay small.
        let step = Box::pin(AssertUnwindSafe(job.step()).catch_unwind().instrument(span));
        let ended = step.await;
        let counted = |outcome| self.figures.ran(name, outcome, started.elapsed(), self.clock.now());
        match ended {
            Ok(Ok(Done::Things(things))) => {
                counted(Outcome::Ok(things));
                Ok(things)
            }
            Ok(Ok(Done::SetAside)) => {
                counted(Outcome::SetAside);
                Ok(0)
            }
            Ok(Err(error)) => {
                counted(Outcome::Error);
                tracing::warn!(job = name, %error, "a background job failed; it is tried again");
                Err(error)
            }
            Err(_panic) => {
                counted(Outcome::Panic);
                tracing::error!(job = name, "a background job panicked; it is tried again");
                Err(Error::internal(format!("the background job {name} panicked")))
            }
        }
    }

    /// Runs these jobs one after the other, round by round, until stopped.
    pub async fn serve<J: Job>(&self, jobs: &mut [J], schedule: &Schedule, stop: &CancellationToken) {
        for job in jobs.iter() {
            self.plan(job.name(), schedule.every);
        }
        if schedule.waits_first && !wait(schedule, 0, stop).await {
            return;
        }
        let mut failures = 0_u32;
        loop {
            let round = if schedule.is_given_up {
                tokio::select! {
                    round = self.round(jobs) => round,
                    () = stop.cancelled() => return,
                }
            } else {
                self.round(jobs).await
            };
            failures = if round.failed { failures.saturating_add(1) } else { 0 };
            if stop.is_cancelled() {
                return;
            }
            let goes_on = schedule.goes_on && round.did_something && !round.failed;
            if !goes_on && !wait(schedule, failures, stop).await {
                return;
            }
        }
    }

    async fn round<J: Job>(&self, jobs: &mut [J]) -> Round {
        let mut round = Round::default();
        for job in jobs {
            match self.run(job).await {
                Ok(things) => round.did_something |= things > 0,
                // Logged already.
                Err(_) => round.failed = true,
            }
        }
        round
    }
}

/// Waits for the next round; returns false to stop.
async fn wait(schedule: &Schedule, failures: u32, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = schedule.woken() => true,
        () = tokio::time::sleep(wait_after(schedule.every, failures)) => true,
        () = stop.cancelled() => false,
    }
}

#[cfg(test)]
mod tests;
