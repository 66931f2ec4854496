//! The service that the routes call. What it does stands in the files around: `login`, `recovery`, `setup`, `sessions`,
//! `factors`, `tokens`; here are its parts.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::devices::Devices;
use super::factors::{Factors, Passkeys};
use super::failures::Failures;
use super::keys::{self, Jwks, Keys};
use super::password::{Hasher, Password};
use super::sessions::{self, Lives, Sessions};
use super::types::Purpose;
use super::{devices, people, store, tokens};
use crate::appointments::{self, Role};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Db, ReadCheck, WriteCheck};
use crate::error::{Error, Fault};
use crate::http::Caller;
use crate::mail::Outbox;
use crate::policy::{Action, Principal};
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::throttle::{Bucket, Throttle};
use crate::time::{Clock, Timestamp};

/// How often the refusal of one action to one person is written down, at most.
const REFUSAL: Duration = Duration::from_mins(1);

/// What the service stands on.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// What hashes.
    pub hasher: Hasher,
    /// The signing keys.
    pub keys: Keys,
    /// What seals.
    pub master: Arc<MasterKey>,
    /// What counts tries.
    pub throttle: Arc<Throttle>,
    /// Where things are written down.
    pub audit: Audit,
    /// Where mail is put.
    pub outbox: Outbox,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The name of the community, which nobody should have as a password.
    pub community: String,
    /// How the world reaches the portal, which passkeys are bound to.
    pub public_url: String,
}

/// The service.
pub struct Identity {
    pub(super) db: Db,
    pub(super) hasher: Hasher,
    pub(super) sessions: Sessions,
    pub(super) master: Arc<MasterKey>,
    pub(super) throttle: Arc<Throttle>,
    pub(super) devices: Arc<Devices>,
    pub(super) factors: Factors,
    pub(super) passkeys: Passkeys,
    pub(super) audit: Audit,
    pub(super) outbox: Outbox,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) settings: config::Identity,
    pub(super) limits: config::Throttle,
    community: String,
    refusals: Cache<(crate::db::Id, Action), Timestamp>,
    pub(super) failures: Failures,
}

impl Identity {
    /// The service on these parts.
    ///
    /// # Errors
    /// Where a key can't be derived.
    pub fn new(settings: &config::Identity, limits: &config::Throttle, parts: Parts) -> Result<Self, Error> {
        let Parts { db, hasher, keys, master, throttle, audit, outbox, clock, random, community, public_url } = parts;
        Ok(Self {
            sessions: Sessions::new(db.clone(), keys, Arc::clone(&master), clock.clone()),
            devices: Arc::new(Devices(master.mac("device cookie")?)),
            factors: Factors::new(Arc::clone(&master), random.clone(), community.clone()),
            passkeys: Passkeys::new(&public_url, &community),
            settings: settings.clone(),
            limits: limits.clone(),
            refusals: Cache::new(10_000),
            failures: Failures::new(),
            db,
            hasher,
            master,
            throttle,
            audit,
            outbox,
            clock,
            random,
            community,
        })
    }

    /// What opens and refreshes sessions, for a unit of work.
    pub(super) fn desk(&self) -> sessions::Desk {
        sessions::Desk {
            clock: self.clock.clone(),
            random: self.random.clone(),
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            lives: Lives::new(&self.settings),
        }
    }

    /// The person behind a bearer token.
    ///
    /// # Errors
    /// 401 where there is none.
    pub async fn bearer(&self, token: &str) -> Result<Arc<Principal>, Error> {
        self.sessions.bearer(token).await
    }

    /// The person behind a browser's cookie.
    ///
    /// # Errors
    /// 401 where there is none.
    pub async fn cookie(&self, secret: &str) -> Result<Arc<Principal>, Error> {
        self.sessions.cookie(secret).await
    }

    /// What must still hold in each unit of work of a request that was let in as `principal` for `action`: the session or token
    /// is good, the person is not suspended, and no right is lost.
    #[must_use]
    pub fn write_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> WriteCheck {
        self.sessions.write_check(principal, action)
    }

    /// The same for each page of a file that is read while it is sent. Locks nothing.
    #[must_use]
    pub fn read_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> ReadCheck {
        self.sessions.read_check(principal, action)
    }

    /// How old the last proof of oneself may be where a call is sensitive.
    #[must_use]
    pub fn step_up(&self) -> Duration {
        Duration::from_secs(60 * self.settings.step_up_minutes)
    }

    /// The public signing keys.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.sessions.keys().jwks()
    }

    /// Writes down that the policy refused something; of many of one kind, one a minute.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn note_refusal(&self, principal: &Principal, action: Action, caller: &Caller) -> Result<(), Error> {
        let (now, key) = (self.clock.now(), (principal.user_id, action));
        if self.refusals.get(&key).is_some_and(|at| now < at.plus(REFUSAL)) {
            return Ok(());
        }
        self.refusals.insert(key, now);
        let entry = Entry::own(Event::AccessRefused, principal.user_id).with(json!({"wanted": action.as_str()}));
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        self.db.write(move |conn| audit.note(conn, &trace, &entry)).await
    }

    /// Lets somebody on who brings a one-time secret that is good for this. That is a read: whoever makes secrets up takes nobody's
    /// turn to write. Whoever goes on uses the secret up, which looks again.
    ///
    /// # Errors
    /// 410 where it is spent.
    pub async fn admit_link(&self, purpose: Purpose, secret: &SecretString) -> Result<(), Error> {
        let (secret, now) = (secret.clone(), self.clock.now());
        self.db.read(move |conn| store::look_at_token(conn, purpose, secret.expose_secret(), now).map(|_| ())).await
    }

    /// Lets an application in, or not: of so many from one network.
    ///
    /// # Errors
    /// 429.
    pub async fn admit_application(&self, caller: &Caller) -> Result<(), Error> {
        self.throttle.check_network(Bucket::RegisterNetwork, caller)?;
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::RegisterNetwork, &caller)).await
    }

    /// Checks and hashes the password that somebody chooses behind a mailed link. A link is good until it is used, and so
    /// may bring many passwords: they count for the network like those of logins.
    ///
    /// # Errors
    /// 422 at `/password` where it won't do; 429 for a network that brings too many; 503 where too many are waiting.
    pub async fn hash_behind_link(
        &self,
        text: &SecretString,
        known: &[&str],
        with_factor: bool,
        caller: &Caller,
    ) -> Result<String, Error> {
        self.throttle.check_network(Bucket::HashNetwork, caller)?;
        let (throttle, from) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::HashNetwork, &from)).await?;
        self.hash_chosen("/password", text, known, with_factor, &caller.block()).await
    }

    /// Checks a password somebody chose, and hashes it. `known` are words that everybody knows of its owner; `with_factor`
    /// is whether its owner has a second factor and must keep one, and so gets by with fewer characters.
    ///
    /// # Errors
    /// 422 at `pointer` where it won't do; 503 where too many are waiting.
    pub async fn hash_chosen(
        &self,
        pointer: &str,
        text: &SecretString,
        known: &[&str],
        with_factor: bool,
        source: &str,
    ) -> Result<String, Error> {
        let min = self.shortest_password(with_factor);
        let everybodys = [self.community.as_str(), "portal", "customs", "douane", "douanes", "secretariat"];
        let context: Vec<String> = known.iter().chain(&everybodys).map(|&word| word.to_owned()).collect();
        let refused = |fault: Fault| Error::invalid(vec![Fault { pointer: pointer.to_owned(), ..fault }]);
        let password = Password::choose(text, min, &context).map_err(refused)?;
        self.hasher.choose(source, password, context, with_factor).await?.map_err(refused)
    }

    /// The fewest characters of a password, alone or with a second factor beside it (NIST SP 800-63B-4, 3.1.1.2).
    #[must_use]
    pub fn shortest_password(&self, with_factor: bool) -> usize {
        if with_factor { self.settings.password_min_length_with_factor } else { self.settings.password_min_length }
    }

    /// Whether anybody runs this portal yet.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn has_administrator(&self) -> Result<bool, Error> {
        self.db.read(|conn| Ok(appointments::count_active(conn, Role::Secretariat, None)? > 0)).await
    }

    /// Forgets who was seen, after names, languages or appointments changed.
    pub fn forget_seen(&self) {
        self.sessions.forget();
    }

    /// Makes the next signing key where it is due, deletes spent ones, and reads them anew.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn rotate_keys(&self) -> Result<(), Error> {
        let (now, random, master) = (self.clock.now(), self.random.clone(), Arc::clone(&self.master));
        let age = Duration::from_hours(24 * self.settings.signing_key_days);
        if self.db.write(move |conn: &mut Conn| keys::rotate(conn, &master, age, now, &random)).await? {
            tracing::info!("the signing keys were rotated");
        }
        self.sessions.reload_keys().await
    }

    /// Deletes some of what ended before `bound`, at most [`super::SWEPT_AT_ONCE`] sessions; returns how many rows.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn sweep(&self, bound: Timestamp) -> Result<usize, Error> {
        let (now, lives) = (self.clock.now(), Lives::new(&self.settings));
        self.db
            .write(move |conn| {
                Ok(sessions::sweep(conn, bound, lives, now)?
                    + store::sweep(conn, bound, now.minus(devices::LIFE))?
                    + store::forget_names(conn, now.minus(people::NAME_SHOWN))?
                    + tokens::sweep(conn, bound)?)
            })
            .await
    }
}
