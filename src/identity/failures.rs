//! Failed logins in the audit log: sampled, so that an attack is visible and cannot fill the log.
//!
//! Within a window of some minutes, the first failure of an address is recorded and further ones are counted. For a
//! network, the first few failures are recorded, whatever addresses it tries. The next entry says how many failures
//! were left out before it. The keys are the address as it was typed and the network, never whether the address has an
//! account, so response times disclose nothing. Wrong passwords within a session have the person as their key, so that
//! failed logins of strangers leave none of them out.
//!
//! Passkeys that fail are counted in the same way, by the person they belong to: an id of a passkey is no secret, so
//! strangers can send any number of wrong signatures in its name. Wrong codes need no sample: they have a budget.
//!
//! The counts are kept in a bounded cache of this process. Several processes record a few more entries, and a restart
//! loses what was only counted. The throttle, which blocks attempts, has a count of its own.

use std::time::Duration;

use quick_cache::sync::Cache;
use serde_json::{Value, json};

use crate::db::Id;
use crate::time::Timestamp;

/// How long further failures are only counted after one was recorded.
const WINDOW: Duration = Duration::from_mins(5);
/// Most failures of one network that are recorded within that window.
const OF_NETWORK: u32 = 10;
/// Most addresses and networks that are remembered.
const REMEMBERED: usize = 10_000;

/// A key that failures are counted by.
#[derive(Clone, PartialEq, Eq, Hash)]
enum FailureKey {
    Address(String),
    /// The owner of a passkey.
    Person(Id),
    Network(String),
}

/// The failures of one address, person or network.
#[derive(Clone, Copy)]
struct CountedFailures {
    /// When the window began.
    since: Timestamp,
    /// Entries recorded within the window.
    entries: u32,
    /// Failures since the last entry that were not recorded.
    left_out: u32,
}

/// The failures of the last minutes.
pub(super) struct Failures(Cache<FailureKey, CountedFailures>);

impl Failures {
    pub(super) fn new() -> Self {
        Self(Cache::new(REMEMBERED))
    }

    /// Counts a failure. Returns the details of the audit entry to record, or `None` if the failure is only counted.
    pub(super) fn count(&self, address: &str, network: String, now: Timestamp) -> Option<Value> {
        let left_out = self.count_by(FailureKey::Address(address.to_owned()), network, now);
        left_out.map(|(address, network)| json!({"left_out": {"of_address": address, "of_network": network}}))
    }

    /// The same for a passkey of a person.
    pub(super) fn count_passkey(&self, owner: Id, network: String, now: Timestamp) -> Option<Value> {
        let left_out = self.count_by(FailureKey::Person(owner), network, now);
        left_out.map(|(person, network)| json!({"left_out": {"of_person": person, "of_network": network}}))
    }

    /// Counts a failure. Returns how many were left out before it, by this key and by its network, if it is recorded.
    fn count_by(&self, key: FailureKey, network: String, now: Timestamp) -> Option<(u32, u32)> {
        let network = FailureKey::Network(network);
        let (of_key, of_network) = (self.look(&key, now), self.look(&network, now));
        let is_written = of_key.entries == 0 && of_network.entries < OF_NETWORK;
        for (by, before) in [(key, of_key), (network, of_network)] {
            let after = if is_written {
                CountedFailures { entries: before.entries + 1, left_out: 0, ..before }
            } else {
                CountedFailures { left_out: before.left_out.saturating_add(1), ..before }
            };
            self.0.insert(by, after);
        }
        is_written.then_some((of_key.left_out, of_network.left_out))
    }

    fn look(&self, by: &FailureKey, now: Timestamp) -> CountedFailures {
        match self.0.get(by) {
            Some(known) if now < known.since.plus(WINDOW) => known,
            known => CountedFailures { since: now, entries: 0, left_out: known.map_or(0, |known| known.left_out) },
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
    fn a_passkey_is_counted_by_its_owner_and_apart_from_what_people_type() {
        let (failures, owner) = (Failures::new(), Id::nil());
        assert_eq!(count(&failures, &owner.to_string(), "one", 0), Some((0, 0)));
        let first = failures.count_passkey(owner, "other".to_owned(), at(0));
        assert_eq!(first, Some(json!({"left_out": {"of_person": 0, "of_network": 0}})));
        for second in 1..=7 {
            assert_eq!(failures.count_passkey(owner, format!("network {second}"), at(second)), None);
        }
        let next = failures.count_passkey(owner, "other".to_owned(), at(300));
        assert_eq!(next, Some(json!({"left_out": {"of_person": 7, "of_network": 0}})));
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
