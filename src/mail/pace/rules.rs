//! What a pace may be, and how a rate is kept.

use std::time::Duration;

use super::types::PaceSettings;
use crate::error::{Error, Fault, Faults};
use crate::mail::address;
use crate::time::Timestamp;

/// Domains that may have a pace of their own.
const MAX_DOMAINS: usize = 200;
/// Highest rate a minute, and most connections.
const MAX_RATE: u32 = 10_000_000;
const MAX_CONNECTIONS: u32 = 100;

/// How much earlier than its time a mail may leave: clocks and sleeps are no finer.
const TOLERANCE: Duration = Duration::from_millis(2);

/// Reads a pace: domains as they are compared, each once, the first by the alphabet first.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn parse(given: PaceSettings) -> Result<PaceSettings, Error> {
    let mut faults = Faults::new();
    let check = |faults: &mut Faults, pointer: String, value: Option<u32>, max: u32| {
        if value.is_some_and(|value| value == 0 || value > max) {
            faults.add(Fault::new(pointer, "out_of_range").with("min", 1).with("max", max));
        }
    };
    check(&mut faults, "/per_minute".to_owned(), given.per_minute, MAX_RATE);
    if given.domains.len() > MAX_DOMAINS {
        faults.add(Fault::new("/domains", "too_many").with("max", MAX_DOMAINS));
    }
    let mut domains = Vec::new();
    for (index, mut each) in given.domains.into_iter().take(MAX_DOMAINS).enumerate() {
        check(&mut faults, format!("/domains/{index}/per_minute"), each.per_minute, MAX_RATE);
        check(&mut faults, format!("/domains/{index}/connections"), each.connections, MAX_CONNECTIONS);
        if let Some(domain) = faults.take(&format!("/domains/{index}/domain"), address::domain(&each.domain)) {
            each.domain = domain;
            domains.push(each);
        }
    }
    faults.finish()?;
    domains.sort_by(|one, other| one.domain.cmp(&other.domain));
    domains.dedup_by(|one, other| one.domain == other.domain);
    Ok(PaceSettings { per_minute: given.per_minute, domains })
}

/// So many mails a minute, evenly; none for any number.
#[derive(Default)]
pub(super) struct Rate {
    interval: Option<Duration>,
    next: Option<Timestamp>,
}

impl Rate {
    /// So many a minute from now on, shared by `live` processes.
    pub(super) fn set(&mut self, per_minute: Option<u32>, live: u32) {
        self.interval = per_minute.map(|rate| Duration::from_mins(1) * live.max(1) / rate.max(1));
    }

    /// How long the next mail must wait.
    pub(super) fn wait(&self, now: Timestamp) -> Duration {
        match (self.interval, self.next) {
            (Some(interval), Some(next)) => {
                // A rate that was raised meanwhile holds at once.
                let wait = next.since(now).min(interval);
                if wait > TOLERANCE { wait } else { Duration::ZERO }
            }
            _ => Duration::ZERO,
        }
    }

    /// A mail leaves.
    pub(super) fn take(&mut self, now: Timestamp) {
        if let Some(interval) = self.interval {
            let due = self.next.filter(|&next| next > now).unwrap_or(now);
            self.next = Some(due.plus(interval));
        }
    }

    /// The time that so many mails take.
    pub(super) fn time_of(&self, mails: u32) -> Duration {
        self.interval.unwrap_or_default().saturating_mul(mails)
    }
}

/// One process's part of so many places; one at least.
pub(super) fn share(places: u32, live: u32) -> u32 {
    (places / live.max(1)).max(1)
}
