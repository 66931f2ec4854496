//! What the sender knows of the relay: whether it is down, and how many connections it bears.
//!
//! A relay that can't be reached or says 421 is left alone, 1, 2, 4 … 60 s, so that not every mail finds out for itself, and
//! no mail is charged with a try. Each time the connections for announcements are halved; every quiet ten seconds one comes
//! back (additive increase, multiplicative decrease).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::rules;
use crate::time::Timestamp;

/// How long it must be quiet until another connection is tried.
const GROW_EVERY: Duration = Duration::from_secs(10);

/// The state of the relay, as all couriers of this process see it.
pub(super) struct Breaker {
    most: usize,
    state: Mutex<State>,
}

struct State {
    failures: u32,
    until: Option<Timestamp>,
    allowed: usize,
    since: Timestamp,
}

impl Breaker {
    /// Of a relay that bears `most` connections until it says otherwise.
    pub(super) fn new(most: usize) -> Self {
        let state = State { failures: 0, until: None, allowed: most, since: Timestamp::from_micros(0) };
        Self { most, state: Mutex::new(state) }
    }

    /// How long the sender is to pause still.
    pub(super) fn pause(&self, now: Timestamp) -> Option<Duration> {
        let left = self.lock().until?.since(now);
        (left > Duration::ZERO).then_some(left)
    }

    /// The relay failed: returns when to ask it again. Couriers that fail together count once.
    pub(super) fn trip(&self, now: Timestamp) -> Timestamp {
        let mut state = self.lock();
        if let Some(until) = state.until
            && until > now
        {
            return until;
        }
        state.failures = state.failures.saturating_add(1);
        state.allowed = (self.allowed_in(&state, now) / 2).max(1);
        state.since = now;
        let until = now.plus(rules::relay_pause(state.failures));
        state.until = Some(until);
        until
    }

    /// The relay answers again.
    pub(super) fn reset(&self) {
        let mut state = self.lock();
        state.failures = 0;
        state.until = None;
    }

    /// How many connections it bears.
    pub(super) fn allowed(&self, now: Timestamp) -> usize {
        self.allowed_in(&self.lock(), now)
    }

    fn allowed_in(&self, state: &State, now: Timestamp) -> usize {
        let quiet = now.since(state.since).as_secs() / GROW_EVERY.as_secs();
        state.allowed.saturating_add(usize::try_from(quiet).unwrap_or(usize::MAX)).min(self.most)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goal_19_a_relay_in_trouble_gets_fewer_connections_and_slowly_more_again() {
        let start = Timestamp::from_micros(1_000_000_000);
        let breaker = Breaker::new(10);
        assert_eq!(breaker.allowed(start), 10);
        let until = breaker.trip(start);
        assert_eq!(breaker.trip(start), until, "who fails together counts once");
        assert_eq!((breaker.allowed(start), breaker.pause(start)), (5, Some(Duration::from_secs(1))));
        breaker.trip(until);
        assert_eq!((breaker.allowed(until), breaker.pause(until)), (2, Some(Duration::from_secs(2))));
        breaker.reset();
        assert_eq!((breaker.allowed(until), breaker.pause(until)), (2, None));
        assert_eq!(breaker.allowed(until.plus(Duration::from_secs(31))), 5);
        assert_eq!(breaker.allowed(until.plus(Duration::from_mins(10))), 10);
    }
}
