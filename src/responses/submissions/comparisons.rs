//! Files that visitors compare with receipts: so many at once, and of each network a few.
//!
//! Whoever compares a file needs no login, and holds a place for as long as the file arrives. So an address has a few of
//! the places, the networks around it a few more, and the widest one half of them: nobody takes all, whatever they own.
//! An address of IPv6 is that of its subscriber (`RequestContext::blocks`).
//!
//! Left out: how long a file may take (`web::UnreadFile::fingerprint`), and the budget of bytes (`throttle::uploads`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::http::RequestContext;

/// Files that are compared at once.
const MOST: usize = 64;
/// Those of an address or a subscriber, of a site, and of a provider: of the networks of a client, the narrowest first.
const SHARES: [usize; 3] = [4, 16, 32];

/// Counts comparisons. Cloning shares the counts.
#[derive(Clone, Default)]
pub(in crate::responses) struct Comparisons(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    open: usize,
    of: HashMap<String, usize>,
}

/// A place for a comparison, until it is dropped.
pub struct ComparisonPlace {
    comparisons: Comparisons,
    of: Vec<String>,
}

impl Comparisons {
    /// A place for a client.
    ///
    /// # Errors
    /// 503 where all places are taken, or those of one of the client's networks.
    pub(super) fn place(&self, caller: &RequestContext) -> Result<ComparisonPlace, Error> {
        self.place_of(caller.blocks()).ok_or_else(Error::busy)
    }

    fn place_of(&self, networks: Vec<String>) -> Option<ComparisonPlace> {
        let mut counts = self.lock();
        let open = |network: &String| counts.of.get(network).copied().unwrap_or_default();
        let has_room = networks.iter().zip(SHARES).all(|(network, share)| open(network) < share);
        if counts.open >= MOST || !has_room {
            return None;
        }
        counts.open += 1;
        for network in &networks {
            *counts.of.entry(network.clone()).or_default() += 1;
        }
        drop(counts);
        Some(ComparisonPlace { comparisons: self.clone(), of: networks })
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ComparisonPlace {
    fn drop(&mut self) {
        let mut counts = self.comparisons.lock();
        counts.open = counts.open.saturating_sub(1);
        for network in &self.of {
            match counts.of.get_mut(network) {
                Some(open) if *open > 1 => *open -= 1,
                _ => {
                    counts.of.remove(network);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(comparisons: &Comparisons, networks: &[&str], tries: usize) -> Vec<ComparisonPlace> {
        let networks: Vec<String> = networks.iter().map(|network| (*network).to_owned()).collect();
        (0..tries).filter_map(|_| comparisons.place_of(networks.clone())).collect()
    }

    #[test]
    fn a_network_takes_its_share_and_gives_it_back() {
        let comparisons = Comparisons::default();
        let first = take(&comparisons, &["203.0.113.7/32", "203.0.113.0/24"], 64);
        assert_eq!(first.len(), 4);
        let rest: Vec<_> = (8..64)
            .flat_map(|host| take(&comparisons, &[&format!("203.0.113.{host}/32"), "203.0.113.0/24"], 4))
            .collect();
        assert_eq!(rest.len(), 12, "a site has four shares");
        assert_eq!(take(&comparisons, &["198.51.100.7/32", "198.51.100.0/24"], 64).len(), 4, "others have theirs");
        drop((first, rest));
        assert_eq!(take(&comparisons, &["203.0.113.7/32", "203.0.113.0/24"], 64).len(), 4);
        assert!(comparisons.lock().of.is_empty() && comparisons.lock().open == 0);
    }

    #[test]
    fn a_provider_takes_half_and_all_together_so_many() {
        let comparisons = Comparisons::default();
        let of = |provider: usize| {
            let subscribers = (0..64).flat_map(|number| {
                let (subscriber, site) = (format!("s{provider}-{number}"), format!("l{provider}-{}", number / 4));
                take(&comparisons, &[&subscriber, &site, &format!("p{provider}")], 4)
            });
            subscribers.collect::<Vec<_>>()
        };
        let (first, second, third) = (of(1), of(2), of(3));
        assert_eq!([first.len(), second.len(), third.len()], [32, 32, 0]);
    }
}
