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
//! Who is logged in reads without a count, page by page; what is handed out in bulk has a quota a day.

mod rules;
mod store;

use std::time::Duration;

use quick_cache::sync::Cache;

use crate::config;
use crate::db::Conn;
use crate::error::Error;
use crate::http::caller::Networks;
use crate::http::{Caller, Metrics};
use crate::secrets::{Mac, MasterKey};
use crate::time::{Clock, Timestamp};
pub use rules::Count;
use rules::Rule;

/// Refused keys remembered at most.
const REMEMBERED: usize = 100_000;
/// How long this process remembers a refusal without asking: another may have forgiven meanwhile.
const MEMORY: Duration = Duration::from_secs(2);
/// Changes of address that one person may ask for in an hour: for as many slips of the pen as there may be.
const ADDRESS_CHANGES: u32 = 10;
/// Sensitive calls that one person may make in an hour.
const SENSITIVE: u32 = 120;
/// The window of what is handed out in bulk.
const DAY: Duration = Duration::from_hours(24);
/// Bytes of a MAC that make a key.
const KEY: usize = 16;

crate::text_enum! {
    /// What is counted.
    pub enum Bucket {
        /// Failed logins of an address, from devices it has not logged in from.
        LoginAccount = "login_account",
        /// The same from a device that it has: a stranger can't lock the owner out.
        LoginDevice = "login_device",
        /// Failed logins from a network, over all accounts.
        LoginNetwork = "login_network",
        /// Passwords hashed for a network, right ones too.
        HashNetwork = "hash_network",
        /// Applications from a network.
        RegisterNetwork = "register_network",
        /// Links mailed to an address, those for a new password apart from the others.
        Link = "link",
        /// Changes of address that one person asks for.
        AddressChange = "address_change",
        /// Sensitive calls of one person, each of which is written down and most of which are mailed.
        Sensitive = "sensitive",
        /// Links asked for from a network.
        ForgotNetwork = "forgot_network",
        /// Wrong codes of a second factor, over all logins of a person.
        Code = "code",
        /// Passkey ceremonies begun from a network.
        PasskeyNetwork = "passkey_network",
        /// Contacts handed out to one person in bulk.
        Export = "export",
    }
}

impl Bucket {
    /// The number in the database.
    const fn number(self) -> i16 {
        match self {
            Self::LoginAccount => 1,
            Self::LoginDevice => 2,
            Self::LoginNetwork => 3,
            Self::HashNetwork => 4,
            Self::RegisterNetwork => 5,
            Self::Link => 6,
            Self::ForgotNetwork => 7,
            Self::Code => 8,
            Self::PasskeyNetwork => 9,
            Self::AddressChange => 10,
            Self::Sensitive => 11,
            Self::Export => 12,
        }
    }
}

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
    settings: config::Throttle,
    export_per_day: u32,
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
        let config::Settings { throttle: settings, directory, .. } = settings;
        Ok(Self {
            mac: master.mac("throttle")?,
            clock,
            settings: settings.clone(),
            export_per_day: directory.export_per_day,
            exempt: Networks::parse(&settings.exempt_networks).map_err(Error::internal)?,
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

    /// Charges an amount to the bucket of a quota; returns how it stood before.
    ///
    /// # Errors
    /// 429 where not so much is left.
    pub fn charge_amount(&self, conn: &mut Conn, bucket: Bucket, key: &str, amount: u32) -> Result<Count, Error> {
        let hashed = self.hashed(bucket, key);
        let (before, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        match self.rule(bucket).charge(before, amount, now) {
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

    /// The same for a bucket of the caller's network, which an operator may have exempted.
    ///
    /// # Errors
    /// 429 where it has to wait.
    pub fn charge_network(&self, conn: &mut Conn, bucket: Bucket, caller: &Caller) -> Result<(), Error> {
        if self.exempt.contain(caller.address) {
            return Ok(());
        }
        self.charge(conn, bucket, &caller.block()).map(|_| ())
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
        if self.exempt.contain(caller.address) { Ok(()) } else { self.check(bucket, &caller.block()) }
    }

    /// Takes back what was charged for a try that went well: failures are forgotten, a metered try is given back.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forgive(&self, conn: &mut Conn, bucket: Bucket, key: &str) -> Result<(), Error> {
        match self.rule(bucket) {
            Rule::Meter(_) | Rule::Quota(_) => self.give_back(conn, bucket, key),
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
        let hashed = self.hashed(bucket, key);
        self.refused.remove(&(bucket.number(), hashed));
        let (count, now) = store::look(conn, bucket.number(), &hashed, &self.clock)?;
        let before = self.rule(bucket).give_back(count, now);
        store::set(conn, bucket.number(), &hashed, before)
    }

    /// The same for a bucket of the caller's network.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forgive_network(&self, conn: &mut Conn, bucket: Bucket, caller: &Caller) -> Result<(), Error> {
        if self.exempt.contain(caller.address) { Ok(()) } else { self.forgive(conn, bucket, &caller.block()) }
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

    fn hashed(&self, bucket: Bucket, key: &str) -> [u8; KEY] {
        let mac = self.mac.sign(&[bucket.as_str().as_bytes(), key.as_bytes()]);
        mac.first_chunk().copied().unwrap_or_default()
    }

    fn rule(&self, bucket: Bucket) -> Rule {
        let s = &self.settings;
        let forget = Duration::from_secs(60 * s.login_forget_minutes);
        let slowest = Duration::from_secs(s.login_slowest_seconds);
        match bucket {
            Bucket::LoginAccount => Rule::login(s.login_failures, slowest, forget),
            Bucket::LoginDevice => Rule::login(s.login_failures_known_device, slowest, forget),
            Bucket::LoginNetwork => Rule::meter(s.network_failures, s.network_failures_per_minute, 60),
            Bucket::RegisterNetwork => Rule::meter(s.network_applications, s.network_applications, 3_600),
            Bucket::Link => Rule::meter(s.links_per_address, 1, 3_600),
            Bucket::Sensitive => Rule::meter(SENSITIVE, SENSITIVE, 3_600),
            Bucket::AddressChange => Rule::meter(ADDRESS_CHANGES, ADDRESS_CHANGES, 3_600),
            Bucket::ForgotNetwork => Rule::meter(s.network_forgot, s.network_forgot, 3_600),
            Bucket::Export => Rule::quota(self.export_per_day, DAY),
            Bucket::Code => Rule::lock(s.code_failures, Duration::from_secs(60 * s.code_lock_minutes)),
            Bucket::HashNetwork | Bucket::PasskeyNetwork => {
                Rule::meter(s.network_passwords, s.network_passwords_per_minute, 60)
            }
        }
    }
}

/// Deletes rows that say nothing any more; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now)
}
