//! How fast announcements leave: mails a minute in all, and mails a minute and at once to one domain.
//!
//! The Secretariat sets it while the portal runs ([`routes`]); every process looks at it each second and takes its share: as
//! many as send at the moment divide the rate among themselves. Without any setting mails leave as fast as the relay takes them.
//! What somebody waits for never waits for this.
//!
//! A rate is kept by the time at which the next mail may leave, which each mail moves on (the generic cell rate algorithm
//! without a burst): what leaves in a second is what may leave in a second. A mail whose domain is not to be written to now goes
//! back into the outbox, so that it stands in nobody's way; the more of its domain went back before it, the later it is due.

pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rules::Rate;
pub(super) use store::{Looked, be_seen, look};
pub use types::{DomainPace, PaceSettings};

use crate::db::Conn;
use crate::error::Error;
use crate::http::IfMatch;
use crate::time::Timestamp;

/// Until a mail whose domain has enough connections is looked at again, and for how many more a second more.
const BUSY: (Duration, u32) = (Duration::from_secs(1), 50);

/// Sets the pace anew, where it is still what somebody has seen.
fn replace(conn: &mut Conn, given: PaceSettings, seen: &IfMatch, now: Timestamp) -> Result<PaceSettings, Error> {
    seen.check(&store::settings(conn)?)?;
    let settings = rules::parse(given)?;
    store::replace(conn, &settings, now)?;
    Ok(settings)
}

/// What is to become of a mail.
pub(super) enum Turn {
    /// It may leave.
    Now(Option<Place>),
    /// It may leave after so much time, as may any other.
    In(Duration),
    /// Its domain is not to be written to before.
    Later(Timestamp),
}

/// One of the mails that may be under way to a domain at once; given free when dropped.
pub(super) struct Place(Arc<AtomicU32>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The pace of this process.
#[derive(Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Default)]
struct State {
    all: Rate,
    domains: HashMap<String, Domain>,
}

#[derive(Default)]
struct Domain {
    rate: Rate,
    connections: Option<u32>,
    under_way: Arc<AtomicU32>,
    /// Mails that went back since it was last looked.
    parked: u32,
}

impl Pace {
    /// Takes what was found in the database; what has left already counts on.
    pub(super) fn set(&self, looked: Looked) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.all.set(looked.settings.per_minute, looked.live);
        let mut before = std::mem::take(&mut state.domains);
        for found in looked.settings.domains {
            let mut domain = before.remove(&found.domain).unwrap_or_default();
            domain.rate.set(found.per_minute, looked.live);
            domain.connections = found.connections.map(|most| rules::share(most, looked.live));
            domain.parked = 0;
            state.domains.insert(found.domain, domain);
        }
    }

    /// Whether a mail to a domain may leave now.
    pub(super) fn turn(&self, domain: &str, now: Timestamp) -> Turn {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { all, domains } = &mut *state;
        let wait = all.wait(now);
        if wait > Duration::ZERO {
            return Turn::In(wait);
        }
        let place = match domains.get_mut(domain) {
            None => None,
            Some(domain) => match domain.take(now) {
                Ok(place) => Some(place),
                Err(at) => return Turn::Later(at),
            },
        };
        all.take(now);
        Turn::Now(place)
    }
}

impl Domain {
    fn take(&mut self, now: Timestamp) -> Result<Place, Timestamp> {
        let is_busy = self.connections.is_some_and(|most| self.under_way.load(Ordering::Relaxed) >= most);
        let wait = self.rate.wait(now);
        if is_busy || wait > Duration::ZERO {
            let before = self.parked;
            self.parked = self.parked.saturating_add(1);
            let queue = self.rate.time_of(before);
            let at_busy = if is_busy { BUSY.0 * (1 + before / BUSY.1) } else { Duration::ZERO };
            return Err(now.plus((wait + queue).max(at_busy)));
        }
        self.rate.take(now);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        Ok(Place(Arc::clone(&self.under_way)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(settings: PaceSettings) -> Pace {
        let pace = Pace::default();
        pace.set(Looked { settings, live: 1, is_to_be_seen: false });
        pace
    }

    fn domain(name: &str, per_minute: Option<u32>, connections: Option<u32>) -> DomainPace {
        DomainPace { domain: name.to_owned(), per_minute, connections }
    }

    #[test]
    fn goal_22_in_any_second_no_more_leaves_than_may() {
        let pace = pace(PaceSettings { per_minute: Some(6_000), domains: Vec::new() });
        let start = Timestamp::from_micros(1_000_000_000);
        let mut now = start;
        let mut left = Vec::new();
        while now < start.plus(Duration::from_mins(1)) {
            match pace.turn("x.example", now) {
                Turn::Now(_) => left.push(now),
                Turn::In(time) => now = now.plus(time),
                Turn::Later(_) => panic!("no domain has a pace"),
            }
        }
        for (index, begin) in left.iter().enumerate() {
            let within = left[index..].iter().take_while(|at| at.since(*begin) < Duration::from_secs(1)).count();
            assert!(within <= 110, "{within} in one second");
        }
        assert!((5_820..=6_180).contains(&left.len()), "{} in a minute", left.len());
    }

    #[test]
    fn goal_23_a_domain_has_its_own_pace_and_stands_in_nobodys_way() {
        let pace = pace(PaceSettings {
            per_minute: None,
            domains: vec![domain("slow.example", Some(60), None), domain("narrow.example", None, Some(2))],
        });
        let now = Timestamp::from_micros(1_000_000_000);
        assert!(matches!(pace.turn("slow.example", now), Turn::Now(_)));
        let Turn::Later(second) = pace.turn("slow.example", now) else { panic!("its second one has time") };
        let Turn::Later(third) = pace.turn("slow.example", now) else { panic!("and so has its third") };
        assert_eq!([second.since(now), third.since(now)], [1, 2].map(Duration::from_secs));
        assert!(matches!(pace.turn("quick.example", now), Turn::Now(None)));
        let [Turn::Now(first), Turn::Now(_second)] = [0; 2].map(|_| pace.turn("narrow.example", now)) else { panic!() };
        assert!(matches!(pace.turn("narrow.example", now), Turn::Later(_)));
        drop(first);
        assert!(matches!(pace.turn("narrow.example", now), Turn::Now(_)));
    }

    #[test]
    fn processes_that_send_together_share_the_pace() {
        let pace = Pace::default();
        let settings = PaceSettings { per_minute: Some(60), domains: Vec::new() };
        pace.set(Looked { settings, live: 2, is_to_be_seen: false });
        let now = Timestamp::from_micros(1_000_000_000);
        assert!(matches!(pace.turn("x.example", now), Turn::Now(_)));
        assert!(matches!(pace.turn("x.example", now), Turn::In(time) if time == Duration::from_secs(2)));
    }
}
