//! Failed logins in the audit log: so many that whoever reads it sees what goes on, and so few that nobody fills it for good.
//!
//! While failures go on, one about an address is written down and the next ones for some minutes are counted; so it is with
//! those from a network beyond the first few, whatever addresses it tries. The next entry says how many were left out before
//! it. What is counted is the address as it was typed and the network, never whether anybody has the address: whoever measures
//! how long an answer takes learns nothing.
//!
//! Counted in this process, in a bounded cache: several processes write down a few more, and what was only counted
//! at a restart is forgotten. The throttle keeps a count of its own, which lets nobody in.

use std::time::Duration;

use quick_cache::sync::Cache;
use serde_json::{Value, json};

use crate::time::Timestamp;

/// How long the failures after one that is written down are only counted.
const WINDOW: Duration = Duration::from_mins(5);
/// Failures from one network that are written down within that.
const OF_NETWORK: u32 = 10;
/// Addresses and networks that are remembered at most.
const REMEMBERED: usize = 10_000;

/// What failures are counted by.
#[derive(Clone, PartialEq, Eq, Hash)]
enum By {
    Address(String),
    Network(String),
}

/// What is known of an address or a network.
#[derive(Clone, Copy)]
struct Counted {
    /// When the window began.
    since: Timestamp,
    /// Entries written within it.
    entries: u32,
    /// Failures since the last entry that were not written down.
    left_out: u32,
}

/// The failures of the last minutes.
pub(super) struct Failures(Cache<By, Counted>);

impl Failures {
    pub(super) fn new() -> Self {
        Self(Cache::new(REMEMBERED))
    }

    /// Counts a failure. What its entry says beside, where it is to be written down; none where it is only counted.
    pub(super) fn count(&self, address: &str, network: String, now: Timestamp) -> Option<Value> {
        let (address, network) = (By::Address(address.to_owned()), By::Network(network));
        let (of_address, of_network) = (self.look(&address, now), self.look(&network, now));
        let is_written = of_address.entries == 0 && of_network.entries < OF_NETWORK;
        for (by, before) in [(address, of_address), (network, of_network)] {
            let after = if is_written {
                Counted { entries: before.entries + 1, left_out: 0, ..before }
            } else {
                Counted { left_out: before.left_out.saturating_add(1), ..before }
            };
            self.0.insert(by, after);
        }
        is_written.then(|| json!({"left_out": {"of_address": of_address.left_out, "of_network": of_network.left_out}}))
    }

    fn look(&self, by: &By, now: Timestamp) -> Counted {
        match self.0.get(by) {
            Some(known) if now < known.since.plus(WINDOW) => known,
            known => Counted { since: now, entries: 0, left_out: known.map_or(0, |known| known.left_out) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000 * seconds)
    }

    fn count(failures: &Failures, address: &str, network: &str, seconds: i64) -> Option<(u64, u64)> {
        let said = failures.count(address, network.to_owned(), at(seconds))?;
        let of = |what: &str| said["left_out"][what].as_u64().unwrap();
        Some((of("of_address"), of("of_network")))
    }

    #[test]
    fn an_address_is_written_down_once_in_some_minutes_with_how_many_were_left_out() {
        let failures = Failures::new();
        assert_eq!(count(&failures, "awa", "one", 0), Some((0, 0)));
        for second in 1..=7 {
            assert_eq!(count(&failures, "awa", &format!("network {second}"), second), None);
        }
        assert_eq!(count(&failures, "awa", "one", 299), None);
        assert_eq!(count(&failures, "awa", "one", 300), Some((8, 1)));
        assert_eq!(count(&failures, "awa", "one", 301), None);
        assert_eq!(count(&failures, "mor", "one", 301), Some((0, 1)));
    }

    #[test]
    fn a_network_that_tries_addresses_is_written_down_a_few_times() {
        let failures = Failures::new();
        let written = (0..100).filter(|number| count(&failures, &number.to_string(), "one", 1).is_some()).count();
        assert_eq!(written, 10);
        assert_eq!(count(&failures, "awa", "other", 1), Some((0, 0)));
        assert_eq!(count(&failures, "awa", "one", 301), Some((0, 90)));
    }
}
