//! What the tables say, read at most once in 15 seconds.
//!
//! One scrape reads, in one snapshot, and the others meanwhile get what was read before. A database that is busy or
//! away leaves the last state, whose age is a figure of its own (`portal_state_age_seconds`).

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::States;
use crate::db::Db;
use crate::error::Error;
use crate::time::{Clock, Timestamp};

/// How long a state is good for.
const GOOD_FOR: Duration = Duration::from_secs(15);
/// How long a scrape waits for a state.
const PATIENCE: Duration = Duration::from_secs(2);

/// A figure and its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    name: &'static str,
    help: &'static str,
    samples: Vec<(String, f64)>,
}

impl State {
    /// A figure without samples. The name has no prefix.
    #[must_use]
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help, samples: Vec::new() }
    }

    /// A figure with one sample.
    #[must_use]
    pub fn one(name: &'static str, help: &'static str, value: f64) -> Self {
        Self::new(name, help).with(&[], value)
    }

    /// The same with a sample. Labels are words of the portal.
    #[must_use]
    pub fn with(mut self, labels: &[(&'static str, &'static str)], value: f64) -> Self {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.samples.push((labels, value));
        self
    }
}

/// Seconds since an instant that may be there; zero if it is still to come, or none is.
#[must_use]
pub fn age(since: Option<Timestamp>, now: Timestamp) -> f64 {
    since.map_or(0.0, |since| now.since(since).as_secs_f64())
}

/// A number as the value of a sample.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
#[must_use]
pub fn number(count: i64) -> f64 {
    count as f64
}

/// The sources, and what they said last.
pub struct StateCache {
    sources: Vec<Arc<dyn States>>,
    last: Mutex<Option<(Timestamp, Arc<str>)>>,
    reading: tokio::sync::Mutex<()>,
}

impl StateCache {
    /// A cache of what these say.
    #[must_use]
    pub fn new(sources: Vec<Arc<dyn States>>) -> Self {
        Self { sources, last: Mutex::default(), reading: tokio::sync::Mutex::default() }
    }

    /// What they say, at most 15 seconds old if the database answers, as `OpenMetrics` without an end.
    pub async fn text(&self, db: &Db, clock: &Clock) -> String {
        let turn = match self.reading.try_lock() {
            Ok(turn) => Some(turn),
            // Another scrape reads. Only the first state is worth waiting for.
            Err(_) if self.last().is_none() => Some(self.reading.lock().await),
            Err(_) => None,
        };
        let now = clock.now();
        let is_fresh = |(at, _): &(Timestamp, Arc<str>)| now >= *at && now.since(*at) < GOOD_FOR;
        if turn.is_some() && !self.last().as_ref().is_some_and(is_fresh) {
            match tokio::time::timeout(PATIENCE, self.read(db, now)).await {
                Ok(Ok(states)) => {
                    let text = Arc::from(written(&states).as_str());
                    *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, text));
                }
                Ok(Err(error)) => tracing::warn!(%error, "the state of the database is not read for /metrics"),
                Err(_elapsed) => tracing::warn!("the state of the database is not read in time for /metrics"),
            }
        }
        drop(turn);
        let Some((at, text)) = self.last() else { return String::new() };
        let help = "Age of the figures that are read from the database";
        let mut all = text.to_string();
        all.push_str(&written(&[State::one("state_age_seconds", help, age(Some(at), now))]));
        all
    }

    fn last(&self) -> Option<(Timestamp, Arc<str>)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read(&self, db: &Db, now: Timestamp) -> Result<Vec<State>, Error> {
        let sources = self.sources.clone();
        db.read_snapshot(move |conn| {
            let mut states = Vec::new();
            for source in &sources {
                states.extend(source.read(conn, now)?);
            }
            Ok(states)
        })
        .await
    }
}

fn written(states: &[State]) -> String {
    let mut text = String::new();
    for State { name, help, samples } in states {
        // A String takes everything.
        let _ = writeln!(text, "# HELP portal_{name} {help}.\n# TYPE portal_{name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(text, "portal_{name}{labels} {value:?}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o23_a_state_is_written_with_its_labels() {
        let state = State::new("outbox_mails", "Mails that wait").with(&[("lane", "bulk"), ("state", "pending")], 3.0);
        let expected = "# HELP portal_outbox_mails Mails that wait.\n# TYPE portal_outbox_mails gauge\n\
                        portal_outbox_mails{lane=\"bulk\",state=\"pending\"} 3.0\n";
        assert_eq!(written(&[state]), expected);
    }

    #[test]
    fn o23_what_is_still_to_come_has_no_age() {
        let [now, later] = [5_000_000, 7_500_000].map(Timestamp::from_micros);
        for (since, now, seconds) in [(Some(now), later, 2.5), (Some(later), now, 0.0), (None, now, 0.0)] {
            assert!((age(since, now) - seconds).abs() < f64::EPSILON);
        }
    }
}
