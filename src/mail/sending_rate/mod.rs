//! The pace of announcements: mails per minute, in total and per domain, and concurrent mails per domain.
//!
//! The Secretariat sets it at run time ([`PaceControl`]). Every sender process reads the settings each second and takes
//! its share: the processes that send at the moment divide each rate among themselves. Without settings, mails leave as
//! fast as the relay accepts them. The transactional lane (links, decisions) ignores the pace.
//!
//! `SendingRate` limits the rate with the generic cell rate algorithm without a burst: it stores when the next mail may
//! leave, and each mail moves that time on. A mail whose domain has reached its limit returns to the outbox, so that it
//! does not block others; the more mails of its domain returned before it, the later it is due.
//!
//! This module is below `service`, so [`PaceControl`] holds its parts itself.

pub mod pages;
pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rules::Rate;
pub use rules::{MAX_CONNECTIONS, MAX_DOMAINS, MAX_RATE};
pub(super) use store::{PaceSnapshot, load, record_heartbeat};
pub use types::{DomainPace, PaceSettings};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::http::IfMatch;
use crate::time::{Clock, Timestamp};

/// How long a mail waits whose domain has enough mails under way, and how many waiting mails add as much again.
const BUSY: (Duration, u32) = (Duration::from_secs(1), 50);

/// Reads and sets the pace. Cloning is cheap.
#[derive(Clone)]
pub struct PaceControl {
    db: Db,
    clock: Clock,
    audit: Audit,
}

impl PaceControl {
    /// The service.
    #[must_use]
    pub fn new(db: Db, clock: Clock, audit: Audit) -> Self {
        Self { db, clock, audit }
    }

    /// The settings.
    pub async fn settings(&self) -> Result<PaceSettings, Error> {
        self.db.read(store::settings).await
    }

    /// Replaces the settings, if they are still those that `seen` names.
    ///
    /// # Errors
    /// 412, 422.
    pub async fn set(
        &self,
        officer: Id,
        trace: Trace,
        given: PaceSettings,
        seen: IfMatch,
    ) -> Result<PaceSettings, Error> {
        let (now, audit) = (self.clock.now(), self.audit.clone());
        let entry = Entry::by(Event::PaceChanged, officer, Id::nil());
        let set = move |conn: &mut Conn| {
            let settings = replace(conn, given, &seen, now)?;
            audit.record(conn, &trace, &entry.with(serde_json::to_value(&settings).or_internal()?))?;
            Ok(settings)
        };
        self.db.write(set).await
    }
}

fn replace(conn: &mut Conn, given: PaceSettings, seen: &IfMatch, now: Timestamp) -> Result<PaceSettings, Error> {
    seen.check(&store::settings(conn)?)?;
    let settings = rules::parse(given)?;
    store::replace(conn, &settings, now)?;
    Ok(settings)
}

/// When a mail may leave.
pub(super) enum SendingPermit {
    /// Now.
    Now(Option<ConnectionSlot>),
    /// After this time, like every other mail.
    In(Duration),
    /// Not before this instant, because of its domain.
    Later(Timestamp),
}

/// One of the places for mails under way to a domain; freed on drop.
pub(super) struct ConnectionSlot(Arc<AtomicU32>);

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The pace of this process.
#[derive(Default)]
pub(super) struct SendingRate(Mutex<State>);

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
    /// Mails that returned to the outbox since the last `SendingRate::set`.
    parked: u32,
}

impl SendingRate {
    /// Applies new settings. Mails that left earlier still count.
    pub(super) fn set(&self, snapshot: PaceSnapshot) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.all.set(snapshot.settings.per_minute, snapshot.live);
        let mut before = std::mem::take(&mut state.domains);
        for setting in snapshot.settings.domains {
            let mut domain = before.remove(&setting.domain).unwrap_or_default();
            domain.rate.set(setting.per_minute, snapshot.live);
            domain.connections = setting.connections.map(|most| rules::share(most, snapshot.live));
            domain.parked = 0;
            state.domains.insert(setting.domain, domain);
        }
    }

    /// When a mail to `domain` may leave; one that may leave now is counted.
    pub(super) fn turn(&self, domain: &str, now: Timestamp) -> SendingPermit {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { all, domains } = &mut *state;
        let wait = all.wait(now);
        if wait > Duration::ZERO {
            return SendingPermit::In(wait);
        }
        let place = match domains.get_mut(domain) {
            None => None,
            Some(domain) => match domain.take(now) {
                Ok(place) => Some(place),
                Err(at) => return SendingPermit::Later(at),
            },
        };
        all.take(now);
        SendingPermit::Now(place)
    }
}

impl Domain {
    fn take(&mut self, now: Timestamp) -> Result<ConnectionSlot, Timestamp> {
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
        Ok(ConnectionSlot(Arc::clone(&self.under_way)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(settings: PaceSettings) -> SendingRate {
        let pace = SendingRate::default();
        pace.set(PaceSnapshot { settings, live: 1, is_heartbeat_due: false });
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
                SendingPermit::Now(_) => left.push(now),
                SendingPermit::In(time) => now = now.plus(time),
                SendingPermit::Later(_) => panic!("no domain has a pace"),
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
        assert!(matches!(pace.turn("slow.example", now), SendingPermit::Now(_)));
        let SendingPermit::Later(second) = pace.turn("slow.example", now) else { panic!("its second one has time") };
        let SendingPermit::Later(third) = pace.turn("slow.example", now) else { panic!("and so has its third") };
        assert_eq!([second.since(now), third.since(now)], [1, 2].map(Duration::from_secs));
        assert!(matches!(pace.turn("quick.example", now), SendingPermit::Now(None)));
        let [SendingPermit::Now(first), SendingPermit::Now(_second)] = [0; 2].map(|_| pace.turn("narrow.example", now))
        else {
            panic!()
        };
        assert!(matches!(pace.turn("narrow.example", now), SendingPermit::Later(_)));
        drop(first);
        assert!(matches!(pace.turn("narrow.example", now), SendingPermit::Now(_)));
    }

    #[test]
    fn processes_that_send_together_share_the_pace() {
        let pace = SendingRate::default();
        let settings = PaceSettings { per_minute: Some(60), domains: Vec::new() };
        pace.set(PaceSnapshot { settings, live: 2, is_heartbeat_due: false });
        let now = Timestamp::from_micros(1_000_000_000);
        assert!(matches!(pace.turn("x.example", now), SendingPermit::Now(_)));
        assert!(matches!(pace.turn("x.example", now), SendingPermit::In(time) if time == Duration::from_secs(2)));
    }
}
