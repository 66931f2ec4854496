//! How often a thing may be tried: counted in the database, so that every process shares the count and a restart forgets
//! nothing.
//!
//! A bucket either counts failures, with a delay that grows and never a lock that only somebody else can open, or it
//! meters a rate (`rules`). A try is charged before it is made and forgiven where it went well; so any number of guesses at
//! once are charged one after the other. Keys are MACs: a dump of the table tells nobody who mistyped.
//!
//! A refused key is remembered in this process for two seconds, in a bounded cache: a flood on it costs the database next to
//! nothing. Leave to try is never given from memory. On PostgreSQL the server's clock decides, so that processes
//! whose clocks differ agree; on SQLite there is one process.
//!
//! A network is counted with those around it: an address with its site and its provider, each with a larger budget, so that
//! nobody gets another budget by another address of one's own (`Caller::blocks`).
//!
//! - `bucket` every budget and its limit; `rules` when a try is let in
//! - `mails` mails that somebody causes to somebody else
//! - `uploads` bytes that are handed in
//! - `seen` contacts that are read page by page, counted without a write for each reading; what is handed out in bulk has
//!   a quota of its own
//!
//! Budgets of strangers and of officers are apart: what somebody asks for who is not known never uses up what an
//! officer needs.

mod bucket;
mod mails;
mod rules;
mod seen;
mod store;
mod uploads;

use std::time::Duration;

use quick_cache::sync::Cache;

use crate::config;
use crate::db::Conn;
use crate::error::Error;
use crate::http::caller::Networks;
use crate::http::{Caller, Metrics};
use crate::secrets::{Mac, MasterKey};
use crate::time::{Clock, Timestamp};
pub use bucket::Bucket;
use bucket::Limits;
pub use mails::Causer;
pub use rules::Count;
use rules::Rule;
pub use seen::Seen;
pub use uploads::Load;

/// Refused keys remembered at most.
const REMEMBERED: usize = 100_000;
/// How long this process remembers a refusal without asking: another may have forgiven meanwhile.
const MEMORY: Duration = Duration::from_secs(2);
/// Bytes of a MAC that make a key.
const KEY: usize = 16;

/// A refusal that needs no second look for a moment.
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
    exempt: Networks,
    refused: Cache<(i16, [u8; KEY]), Remembered>,
    metrics: Metrics,
}

impl Throttle {
    /// A throttle with these limits.
    ///
    /// # Errors
    /// Where a network of the configuration is none.
    pub fn new(settings: &config::Settings, master: &MasterKey, clock: Clock, metrics: Metrics) -> Result<Self, Error> {
        Ok(Self {
            mac: master.mac("throttle")?,
            clock,
            limits: Limits::new(settings),
            exempt: Networks::parse(&settings.throttle.exempt_networks).map_err(Error::internal)?,
            refused: Cache::new(REMEMBERED),
            metrics,
        })
    }

    /// Charges one try to a bucket; returns how the bucket stood before.
    ///
    /// # Errors
    /// 429 where it has to wait.
    pub fn charge(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<Count, Error> {
        self.check_memory(bucket, self.hashed(bucket, key))?;
        self.charge_amount(conn, bucket, key, 1)
    }

    /// Charges an amount to the bucket of a quota or a meter; returns how it stood before.
    ///
    /// # Errors
    /// 429 where not so much is left.
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
            // Less may be left; nothing is remembered.
            Err(wait) if amount > 1 => Err(self.refusal(bucket, wait)),
            Err(wait) => {
                let now = self.clock.now();
                let remembered = Remembered { forget_at: now.plus(MEMORY), until: now.plus(wait) };
                self.refused.insert((bucket.number(), hashed), remembered);
                Err(self.refusal(bucket, wait))
            }
        }
    }

    /// How much of a quota is left.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn left(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<u32, Error> {
        let (count, now) = store::look(conn, bucket.number(), &self.hashed(bucket, key), &self.clock)?;
        Ok(self.rule(bucket).left(count, now))
    }

    /// How many applications of one person, and at one member, may wait for a decision.
    #[must_use]
    pub const fn open_applications(&self) -> (u32, u32) {
        self.limits.open_applications()
    }

    /// Charges one try, and says whether it was let in.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn admits(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<bool, Error> {
        match self.charge(conn, bucket, key) {
            Ok(_) => Ok(true),
            Err(Error::Refused(refusal)) if refusal.code == "too_many_attempts" => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The same for a bucket of the caller's network and of those around it, which an operator may have exempted.
    ///
    /// # Errors
    /// 429 where it has to wait.
    pub fn charge_network(&self, conn: &mut Conn, bucket: Bucket, caller: &Caller) -> Result<(), Error> {
        self.charge_network_amount(conn, bucket, caller, 1)
    }

    fn charge_network_amount(
        &self,
        conn: &mut Conn,
        bucket: Bucket,
        caller: &Caller,
        amount: u32,
    ) -> Result<(), Error> {
        for (key, factor) in self.networks(caller) {
            self.check_memory(bucket, self.hashed(bucket, &key))?;
            self.charge_by(conn, bucket, self.rule(bucket).times(factor), &key, amount)?;
        }
        Ok(())
    }

    /// The networks that a caller is counted with, the narrowest first, and how much larger the budget of each is.
    fn networks(&self, caller: &Caller) -> Vec<(String, u32)> {
        if self.exempt.contain(caller.address) {
            return Vec::new();
        }
        let (site, provider) = self.limits.wider();
        caller.blocks().into_iter().zip([1, site, provider]).collect()
    }

    /// Refuses what is known to have to wait, without asking the database.
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
    pub fn check_network(&self, bucket: Bucket, caller: &Caller) -> Result<(), Error> {
        self.networks(caller).iter().try_for_each(|(key, _)| self.check(bucket, key))
    }

    /// Takes back what was charged for a try that went well: failures are forgotten, a metered try is given back.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forgive(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<(), Error> {
        match self.rule(bucket) {
            rule @ (Rule::Meter(_) | Rule::Quota(_)) => self.give_back_by(conn, bucket, rule, key, 1),
            Rule::Backoff(_) => {
                let hashed = self.hashed(bucket, key);
                self.refused.remove(&(bucket.number(), hashed));
                store::forget(conn, bucket.number(), &hashed)
            }
        }
    }

    /// Takes back what was charged for a try that was not made after all.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn give_back(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<(), Error> {
        self.give_back_by(conn, bucket, self.rule(bucket), key, 1)
    }

    fn give_back_by(&self, conn: &mut Conn, bucket: Bucket, rule: Rule, key: &str, amount: u32) -> Result<(), Error> {
        let hashed = self.hashed(bucket, key);
        self.refused.remove(&(bucket.number(), hashed));
        let (count, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        store::set(conn, bucket.number(), &hashed, rule.give_back(count, amount, now))
    }

    /// The same for a bucket of the caller's networks.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forgive_network(&self, conn: &mut Conn, bucket: Bucket, caller: &Caller) -> Result<(), Error> {
        self.give_back_network(conn, bucket, caller, 1)
    }

    fn give_back_network(&self, conn: &mut Conn, bucket: Bucket, caller: &Caller, amount: u32) -> Result<(), Error> {
        for (key, factor) in self.networks(caller) {
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

/// Deletes rows that say nothing any more; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now)
}
