//! Validation of pace settings, and the rate limiter.

use std::time::Duration;

use super::types::PaceSettings;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::mail::address;
use crate::time::Timestamp;

/// Most domains with a pace of their own.
pub const MAX_DOMAINS: usize = 200;
/// Highest rate, in mails per minute.
pub const MAX_RATE: u32 = 10_000_000;
/// Most mails under way at once.
pub const MAX_CONNECTIONS: u32 = 100;

/// How much too early a mail may leave: the resolution of clocks and sleeps.
const TOLERANCE: Duration = Duration::from_millis(2);

/// Validates settings: domains are normalised, sorted, and each occurs once.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn parse(given: PaceSettings) -> Result<PaceSettings, Error> {
    let mut faults = FieldErrors::new();
    let check = |faults: &mut FieldErrors, pointer: String, value: Option<u32>, max: u32| {
        if value.is_some_and(|value| value == 0 || value > max) {
            faults.add(FieldError::new(pointer, FieldCode::OutOfRange).with("min", 1).with("max", max));
        }
    };
    check(&mut faults, "/per_minute".to_owned(), given.per_minute, MAX_RATE);
    if given.domains.len() > MAX_DOMAINS {
        faults.add(FieldError::new("/domains", FieldCode::TooMany).with("max", MAX_DOMAINS));
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

/// A rate limit: mails per minute at even intervals; no limit by default.
#[derive(Default)]
pub(super) struct Rate {
    interval: Option<Duration>,
    next: Option<Timestamp>,
}

impl Rate {
    /// Changes the limit, which `live` processes share.
    pub(super) fn set(&mut self, per_minute: Option<u32>, live: u32) {
        self.interval = per_minute.map(|rate| Duration::from_mins(1) * live.max(1) / rate.max(1));
    }

    /// How long the next mail must wait; zero if it may leave now.
    pub(super) fn wait(&self, now: Timestamp) -> Duration {
        match (self.interval, self.next) {
            (Some(interval), Some(next)) => {
                // A limit that was raised takes effect at once.
                let wait = next.since(now).min(interval);
                if wait > TOLERANCE { wait } else { Duration::ZERO }
            }
            _ => Duration::ZERO,
        }
    }

    /// Counts a mail that leaves now.
    pub(super) fn take(&mut self, now: Timestamp) {
        if let Some(interval) = self.interval {
            let due = self.next.filter(|&next| next > now).unwrap_or(now);
            self.next = Some(due.plus(interval));
        }
    }

    /// The time in which so many mails leave.
    pub(super) fn time_of(&self, mails: u32) -> Duration {
        self.interval.unwrap_or_default().saturating_mul(mails)
    }
}

/// The share of one of `live` processes in so many places; at least one.
pub(super) fn share(places: u32, live: u32) -> u32 {
    (places / live.max(1)).max(1)
}
