//! Background work: repeated work without a request that waits for it.
//!
//! A [`Job`] has a name and one step: to do what is due now. A [`Schedule`] says when rounds begin: at an interval, and
//! earlier on a wake-up (`db::wakeups`). The [`Runner`] does the rest for every job: the loop, the wait, the stop. It
//! isolates panics, waits longer after failures, logs each failure in one form, opens a span, and counts in
//! [`Figures`], which `/metrics` shows. A loop may have several jobs, which run one after the other; a failure or panic
//! of one does not prevent the others.
//!
//! - `runner` the loop; `schedule` when rounds begin; `rules` how long to wait; `figures` the metrics
//! - `thread_priority` threads and runtimes with a lower priority than those that serve requests
//!
//! Left out: the work itself, and how often a row is tried (`jobs` counts attempts before they begin, `setbacks`
//! postpones rows). The workers of mails and the deliveries of webhooks have a flow of their own; their regular
//! look-ups in the database are jobs.

mod figures;
mod rules;
mod runner;
mod schedule;
mod thread_priority;

pub use figures::Figures;
pub use runner::Runner;
pub use schedule::Schedule;
pub use thread_priority::{lower_priority, runtime};

use crate::error::Error;

/// Work that is repeated.
pub trait Job {
    /// Its name in metrics and in the log: an internal word in `snake_case`, never input.
    fn name(&self) -> &'static str;

    /// Does what is due now, or a bounded part of it.
    fn step(&mut self) -> impl Future<Output = Result<Done, Error>>;
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The number of things done: rows, mails, people. Zero: nothing was due.
    Things(usize),
    /// Nothing was tried: the job has ended several processes and is set aside (`jobs`).
    SetAside,
}
