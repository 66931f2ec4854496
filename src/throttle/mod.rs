//! Rate limits, counted in the database, so that all processes share the counts and a restart keeps them.
//!
//! A bucket either counts failures, with a growing delay and never a lock that only an officer can open, or it meters a
//! rate (`rules`). An attempt is charged before it is made and refunded on success, so that concurrent guesses are
//! charged one after the other. Keys are MACs: a dump of the table does not disclose who mistyped.
//!
//! A refused key is remembered in this process for two seconds, in a bounded cache, so that a flood costs the database
//! next to nothing. The cache only refuses and never admits. On PostgreSQL the server's clock decides, so that
//! processes whose clocks differ agree; on SQLite there is one process.
//!
//! A network is counted together with its site and its provider, each with a larger budget, so that changing addresses
//! within one's own network gains little (`RequestContext::blocks`). Networks that an operator exempts are not counted,
//! except the addresses of trusted proxies: such a request has a client whose address the proxy did not forward.
//!
//! - `attempts` attempts with a password, charged to a person and to networks
//! - `bucket` every budget and its limit; `rules` decide whether an attempt is admitted
//! - `mails` mails that one person causes to another
//! - `uploads` uploaded bytes
//! - `writes` writes of people on their own behalf, and by the links in their mails
//! - `seen` contacts that are read page by page, counted without a write for each reading; bulk exports have a quota of
//!   their own
//!
//! Budgets of strangers and of officers are separate: requests without a login never use up what an officer needs.

mod attempts;
mod bucket;
mod mails;
mod rules;
mod seen;
mod store;
mod uploads;
mod writes;

use std::time::Duration;

use quick_cache::sync::Cache;

use crate::config::{self, Networks};
use crate::db::Conn;
use crate::error::{Error, ProblemCode};
use crate::http::{Metrics, RequestContext};
use crate::reloadable::Reloadable;
use crate::secrets::{Mac, MasterKey};
use crate::time::{Clock, Timestamp};
pub use attempts::Attempt;
pub use bucket::Bucket;
use bucket::Limits;
pub use mails::Causer;
pub use rules::Count;
use rules::Rule;
pub use seen::{Room, Seen};
pub use uploads::Load;
pub use writes::WriteKind;

/// Most refused keys in the cache.
const REMEMBERED: usize = 100_000;
/// How long a refusal is cached: another process may have refunded it in the meantime.
const MEMORY: Duration = Duration::from_secs(2);
/// Bytes of a MAC that make a key.
const KEY: usize = 16;

/// A cached refusal.
#[derive(Clone, Copy)]
struct Remembered {
    forget_at: Timestamp,
    until: Timestamp,
}

/// The throttle of a portal.
pub struct Throttle {
    mac: Mac,
    clock: Clock,
    limits: Limits,
    exempt: Reloadable<Networks>,
    /// A request with the address of a proxy has a client of unknown address.
    proxies: Reloadable<Networks>,
    refused: Cache<(i16, [u8; KEY]), Remembered>,
    metrics: Metrics,
}

impl Throttle {
    /// A throttle with these limits.
    ///
    /// # Errors
    /// If a network of the configuration is malformed.
    pub fn new(settings: &config::Settings, master: &MasterKey, clock: Clock, metrics: Metrics) -> Result<Self, Error> {
        Ok(Self {
            mac: master.mac("throttle")?,
            clock,
            limits: Limits::new(settings),
            exempt: Reloadable::new(Networks::parse(&settings.throttle.exempt_networks).map_err(Error::internal)?),
            proxies: Reloadable::new(Networks::parse(&settings.server.trusted_proxies).map_err(Error::internal)?),
            refused: Cache::new(REMEMBERED),
            metrics,
        })
    }

    /// The networks that are exempt, and those of trusted proxies, for whoever else goes by them or replaces them.
    #[must_use]
    pub fn networks(&self) -> [Reloadable<Networks>; 2] {
        [self.exempt.clone(), self.proxies.clone()]
    }

    /// Charges an attempt to a bucket; returns the count before.
    ///
    /// # Errors
    /// 429 if it has to wait.
    pub fn charge(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<Count, Error> {
        self.check_memory(bucket, self.hashed(bucket, key))?;
        self.charge_amount(conn, bucket, key, 1)
    }

    /// Charges an amount to the bucket of a quota or a meter; returns the count before.
    ///
    /// # Errors
    /// 429 if less than that is left.
    pub fn charge_amount(&self, conn: &mut Conn, bucket: Bucket, key: &str, amount: u32) -> Result<Count, Error> {
        self.charge_by(conn, bucket, self.rule(bucket), key, amount)
    }

    fn charge_by(&self, conn: &mut Conn, bucket: Bucket, rule: Rule, key: &str, amount: u32) -> Result<Count, Error> {
        let hashed = self.hashed(bucket, key);
        let (before, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        match rule.charge(before, amount, now) {
            Ok(after) => {
                store::set(conn, bucket.number(), &hashed, after)?;
                Ok(before.at(now))
            }
            // A smaller amount may still be left, so nothing is cached.
            Err(wait) if amount > 1 => Err(self.refusal(bucket, wait)),
            Err(wait) => {
                self.remember(bucket, hashed, wait);
                Err(self.refusal(bucket, wait))
            }
        }
    }

    /// The count of a bucket, whose row is locked and not charged.
    fn count_of(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<Count, Error> {
        let (count, now) = store::look(conn, bucket.number(), &self.hashed(bucket, key), &self.clock)?;
        Ok(count.at(now))
    }

    /// The same, and refuses as a charge would.
    fn admit(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<Count, Error> {
        let hashed = self.hashed(bucket, key);
        let (before, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        let admitted = self.rule(bucket).charge(before, 1, now);
        admitted.map(|_after| before.at(now)).map_err(|wait| {
            self.remember(bucket, hashed, wait);
            self.refusal(bucket, wait)
        })
    }

    fn remember(&self, bucket: Bucket, hashed: [u8; KEY], wait: Duration) {
        let now = self.clock.now();
        let remembered = Remembered { forget_at: now.plus(MEMORY), until: now.plus(wait) };
        self.refused.insert((bucket.number(), hashed), remembered);
    }

    /// How much of a quota is left.
    pub fn left(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<u32, Error> {
        let (count, now) = store::look(conn, bucket.number(), &self.hashed(bucket, key), &self.clock)?;
        Ok(self.rule(bucket).left(count, now))
    }

    /// The most applications of a person, and at a member, that may wait for a decision.
    #[must_use]
    pub const fn open_applications(&self) -> (u32, u32) {
        self.limits.open_applications()
    }

    /// Charges an attempt; returns whether it was admitted.
    pub fn admits(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<bool, Error> {
        admitted(self.charge(conn, bucket, key).map(drop))
    }

    /// Charges a bucket of the client's network and of those around it, unless an operator exempts it. This comes last
    /// in its unit of work, since many wait for these rows (lock order, `db`).
    ///
    /// # Errors
    /// 429 if it has to wait.
    pub fn charge_network(&self, conn: &mut Conn, bucket: Bucket, caller: &RequestContext) -> Result<(), Error> {
        self.charge_network_amount(conn, bucket, caller, 1)
    }

    fn charge_network_amount(
        &self,
        conn: &mut Conn,
        bucket: Bucket,
        caller: &RequestContext,
        amount: u32,
    ) -> Result<(), Error> {
        for (key, factor) in self.networks_of(caller) {
            self.check_memory(bucket, self.hashed(bucket, &key))?;
            self.charge_by(conn, bucket, self.rule(bucket).times(factor), &key, amount)?;
        }
        Ok(())
    }

    /// The networks that a client is counted with, the narrowest first, and the factor of each budget.
    fn networks_of(&self, caller: &RequestContext) -> Vec<(String, u32)> {
        if self.exempt.get().contain(caller.address) && !self.proxies.get().contain(caller.address) {
            return Vec::new();
        }
        let (site, provider) = self.limits.wider();
        caller.blocks().into_iter().zip([1, site, provider]).collect()
    }

    /// Refuses a key that is known to have to wait, without a query.
    ///
    /// # Errors
    /// 429.
    pub fn check(&self, bucket: Bucket, key: &str) -> Result<(), Error> {
        self.check_memory(bucket, self.hashed(bucket, key))
    }

    /// The same for a bucket of the caller's network.
    ///
    /// # Errors
    /// 429.
    pub fn check_network(&self, bucket: Bucket, caller: &RequestContext) -> Result<(), Error> {
        self.networks_of(caller).iter().try_for_each(|(key, _)| self.check(bucket, key))
    }

    /// Refunds a successful attempt: failures are forgotten, a metered attempt is given back.
    pub fn forgive(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<(), Error> {
        match self.rule(bucket) {
            rule @ (Rule::Meter(_) | Rule::Quota(_)) => self.give_back_by(conn, bucket, rule, key, 1),
            Rule::Backoff(_) => self.clear(conn, bucket, key),
        }
    }

    /// Forgets all that was charged to a bucket.
    pub fn clear(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<(), Error> {
        let hashed = self.hashed(bucket, key);
        self.refused.remove(&(bucket.number(), hashed));
        store::forget(conn, bucket.number(), &hashed)
    }

    fn give_back_by(&self, conn: &mut Conn, bucket: Bucket, rule: Rule, key: &str, amount: u32) -> Result<(), Error> {
        let hashed = self.hashed(bucket, key);
        self.refused.remove(&(bucket.number(), hashed));
        let (count, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        store::set(conn, bucket.number(), &hashed, rule.give_back(count, amount, now))
    }

    fn give_back_network(
        &self,
        conn: &mut Conn,
        bucket: Bucket,
        caller: &RequestContext,
        amount: u32,
    ) -> Result<(), Error> {
        for (key, factor) in self.networks_of(caller) {
            self.give_back_by(conn, bucket, self.rule(bucket).times(factor), &key, amount)?;
        }
        Ok(())
    }

    fn check_memory(&self, bucket: Bucket, hashed: [u8; KEY]) -> Result<(), Error> {
        let now = self.clock.now();
        match self.refused.get(&(bucket.number(), hashed)) {
            Some(known) if known.until > now && known.forget_at > now => {
                Err(self.refusal(bucket, known.until.since(now)))
            }
            _ => Ok(()),
        }
    }

    fn refusal(&self, bucket: Bucket, wait: Duration) -> Error {
        self.metrics.throttled(bucket.as_str());
        Error::too_many(wait)
    }

    fn rule(&self, bucket: Bucket) -> Rule {
        self.limits.rule(bucket)
    }

    fn hashed(&self, bucket: Bucket, key: &str) -> [u8; KEY] {
        let mac = self.mac.sign(&[bucket.as_str().as_bytes(), key.as_bytes()]);
        mac.first_chunk().copied().unwrap_or_default()
    }
}

/// Whether a charge was admitted.
fn admitted(charge: Result<(), Error>) -> Result<bool, Error> {
    match charge {
        Ok(()) => Ok(true),
        Err(Error::Refused(refusal)) if refusal.code == ProblemCode::TooManyAttempts => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes expired rows; returns how many.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now)
}
