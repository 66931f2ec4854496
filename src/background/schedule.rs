//! Schedules: when a loop begins its rounds.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// When rounds begin: the first at once, each of the others after a wait.
#[derive(Clone)]
pub struct Schedule {
    pub(super) every: Duration,
    pub(super) wakeup: Option<Arc<Notify>>,
    /// Whether the first round waits too.
    pub(super) waits_first: bool,
    /// Whether the next round begins without a wait after one that did something.
    pub(super) goes_on: bool,
    /// Whether a stop drops a round in progress.
    pub(super) is_given_up: bool,
}

impl Schedule {
    /// At this interval, from the end of a round to the beginning of the next. On a stop, a round in progress is
    /// finished.
    #[must_use]
    pub fn every(every: Duration) -> Self {
        Self { every, wakeup: None, waits_first: false, goes_on: false, is_given_up: false }
    }

    /// Also on this notification; if it comes during a round, the next round follows at once.
    #[must_use]
    pub fn or_when(mut self, woken: &Arc<Notify>) -> Self {
        self.wakeup = Some(Arc::clone(woken));
        self
    }

    /// With a wait before the first round.
    #[must_use]
    pub fn after_a_wait(mut self) -> Self {
        self.waits_first = true;
        self
    }

    /// Without a wait after a round that did something and in which nothing failed.
    #[must_use]
    pub fn until_nothing_is_due(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// A stop drops a round in progress: it may take minutes, and can be started again.
    #[must_use]
    pub fn given_up_at_stop(mut self) -> Self {
        self.is_given_up = true;
        self
    }

    /// Completes on the wake-up; never without one.
    pub(super) async fn woken(&self) {
        match &self.wakeup {
            Some(wakeup) => wakeup.notified().await,
            None => std::future::pending().await,
        }
    }
}
