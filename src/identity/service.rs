//! The service that the routes call: its parts, and the methods that its files share. `login`, `recovery`, `bootstrap`,
//! `sessions`, `mfa` and `tokens` have the use cases.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::Identity;
use super::failures::Failures;
use super::figures::Figures;
use super::keys::{self, Jwks, Keys};
use super::mfa::{Factors, Passkeys};
use super::password::{self, Hasher, Password};
use super::sessions::{self, SessionLifetimes, Sessions};
use super::trusted_devices::Devices;
use super::types::Purpose;
use super::{names, personal_data, store, tokens, trusted_devices, writes};
use crate::appointments::{self, Role};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Db, Id, ReadCheck, WriteCheck};
use crate::error::{Error, FieldError};
use crate::http::RequestContext;
use crate::mail::Outbox;
use crate::policy::{Action, Principal};
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::throttle::{Bucket, Throttle, WriteKind};
use crate::time::{Clock, Timestamp};

/// For one action and person, refusals are recorded at most this often.
const REFUSAL: Duration = Duration::from_mins(1);

/// What the service is built from.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// The signing keys.
    pub keys: Keys,
    /// Seals secrets.
    pub master: Arc<MasterKey>,
    /// Counts attempts.
    pub throttle: Arc<Throttle>,
    /// Writes the audit log.
    pub audit: Audit,
    /// Queues mail.
    pub outbox: Outbox,
    /// The clock.
    pub clock: Clock,
    /// The source of randomness.
    pub random: Random,
    /// The name of the community, which is a context word of passwords.
    pub community: String,
    /// The public address of the portal, which passkeys are bound to.
    pub public_url: String,
}

impl Identity {
    /// Builds the service from these parts.
    ///
    /// # Errors
    /// If a key cannot be derived.
    pub fn new(settings: &config::Identity, limits: &config::Throttle, parts: Parts) -> Result<Self, Error> {
        let Parts { db, hasher, keys, master, throttle, audit, outbox, clock, random, community, public_url } = parts;
        Ok(Self {
            sessions: Sessions::new(db.clone(), keys, Arc::clone(&master), clock.clone(), settings.session_cache),
            devices: Arc::new(Devices(master.mac("device cookie")?)),
            factors: Factors::new(Arc::clone(&master), random.clone(), community.clone()),
            passkeys: Passkeys::new(&public_url, &community),
            settings: settings.clone(),
            limits: limits.clone(),
            refusals: Cache::new(10_000),
            failures: Failures::new(),
            figures: Figures::default(),
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

    /// Makes the costs of all stored passwords known, so that the first login of an account whose hash has another cost
    /// takes no other time than that of an unknown address.
    ///
    /// # Errors
    /// If the database is unavailable.
    pub async fn learn_costs(&self) -> Result<(), Error> {
        let hasher = self.hasher.clone();
        self.db.read(move |conn| password::learn_costs(conn, &hasher)).await
    }

    /// What opens and refreshes sessions in a unit of work.
    pub(super) fn desk(&self) -> sessions::Desk {
        sessions::Desk {
            clock: self.clock.clone(),
            random: self.random.clone(),
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            throttle: Arc::clone(&self.throttle),
            lives: SessionLifetimes::new(&self.settings),
        }
    }

    /// The person behind a bearer token.
    ///
    /// # Errors
    /// 401 if it is invalid.
    pub async fn bearer(&self, token: &str) -> Result<Arc<Principal>, Error> {
        self.sessions.bearer(token).await
    }

    /// The person behind a browser's cookie; read from the database, not from the cache, if `anew`: after a write of
    /// the same browser through another process.
    ///
    /// # Errors
    /// 401 if it is invalid.
    pub async fn cookie(&self, secret: &str, anew: bool) -> Result<Arc<Principal>, Error> {
        self.sessions.cookie(secret, anew).await
    }

    /// The person whose session a cookie is or was, also if it has ended.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn owner_of_cookie(&self, secret: &str) -> Result<Option<Id>, Error> {
        self.sessions.owner_of_cookie(secret).await
    }

    /// The check that runs in each unit of work of a request by `principal` for `action`: the session or token is
    /// valid, the person is not suspended, and no right was lost. The first unit of work that passes charges the
    /// person's budget of what is `counted` once.
    #[must_use]
    pub fn write_check(
        &self,
        principal: &Arc<Principal>,
        action: Option<Action>,
        counted: Option<WriteKind>,
    ) -> WriteCheck {
        let check = self.sessions.write_check(principal, action);
        match writes::writer(principal).zip(counted) {
            Some(charged) => writes::counted(Arc::clone(&self.throttle), charged, check),
            None => check,
        }
    }

    /// Refuses a person whose budget of these writes was found to be used up a moment ago, without a turn and without
    /// the database.
    ///
    /// # Errors
    /// 429.
    pub fn check_budget(&self, principal: &Principal, kind: WriteKind) -> Result<(), Error> {
        writes::writer(principal).map_or(Ok(()), |by| self.throttle.check_write(by, kind))
    }

    /// The check before each page of a file that is read while it is sent. It takes no locks.
    #[must_use]
    pub fn read_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> ReadCheck {
        self.sessions.read_check(principal, action)
    }

    /// The greatest age of a proof of identity that counts as fresh.
    #[must_use]
    pub fn step_up(&self) -> Duration {
        Duration::from_secs(60 * self.settings.step_up_minutes)
    }

    /// The public signing keys.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.sessions.keys().jwks()
    }

    /// Records a refusal by the policy, at most one a minute of each kind.
    pub async fn note_refusal(
        &self,
        principal: &Principal,
        action: Action,
        caller: &RequestContext,
    ) -> Result<(), Error> {
        let (now, key) = (self.clock.now(), (principal.user_id, action));
        if self.refusals.get(&key).is_some_and(|at| now < at.plus(REFUSAL)) {
            return Ok(());
        }
        self.refusals.insert(key, now);
        let entry = Entry::own(Event::AccessRefused, principal.user_id).with(json!({"wanted": action.as_str()}));
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        self.db.write(move |conn| audit.record(conn, &trace, &entry)).await
    }

    /// Admits a request with a valid one-time secret for this purpose. This only reads, so invented secrets take no
    /// turn to write. The operation itself uses the secret up and checks it again.
    ///
    /// # Errors
    /// 410 if it is spent.
    pub async fn admit_link(&self, purpose: Purpose, secret: &SecretString) -> Result<(), Error> {
        let (secret, now) = (secret.clone(), self.clock.now());
        self.db.read(move |conn| store::look_at_token(conn, purpose, secret.expose_secret(), now).map(|_| ())).await
    }

    /// Admits an application, within the budget of the network.
    ///
    /// # Errors
    /// 429.
    pub async fn admit_application(&self, caller: &RequestContext) -> Result<(), Error> {
        self.throttle.check_network(Bucket::RegisterNetwork, caller)?;
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::RegisterNetwork, &caller)).await
    }

    /// Checks and hashes the password that is chosen with a mailed link. A link stays valid until it is used, so it may
    /// bring many passwords; they are charged to the network like those of logins.
    ///
    /// # Errors
    /// 422 at `/password` if it is rejected; 429 for a network that brings too many; 503 if too many are waiting.
    pub async fn hash_behind_link(
        &self,
        text: &SecretString,
        known: &[&str],
        with_factor: bool,
        caller: &RequestContext,
    ) -> Result<String, Error> {
        self.throttle.check_network(Bucket::HashNetwork, caller)?;
        let (throttle, from) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::HashNetwork, &from)).await?;
        self.hash_chosen("/password", text, known, with_factor, &caller.blocks()).await
    }

    /// Checks a new password, and hashes it. `known` are words that are publicly known of its owner; `with_factor` is
    /// whether the owner has a second factor and must keep one, and so may choose a shorter password; `networks` is
    /// where the request comes from, the narrowest first.
    ///
    /// # Errors
    /// 422 at `pointer` if it is rejected; 503 if too many are waiting.
    pub async fn hash_chosen(
        &self,
        pointer: &str,
        text: &SecretString,
        known: &[&str],
        with_factor: bool,
        networks: &[String],
    ) -> Result<String, Error> {
        let min = self.shortest_password(with_factor);
        let everybodys = [self.community.as_str(), "portal", "customs", "douane", "douanes", "secretariat"];
        let context: Vec<String> = known.iter().chain(&everybodys).map(|&word| word.to_owned()).collect();
        let refused = |fault: FieldError| Error::invalid(vec![FieldError { pointer: pointer.to_owned(), ..fault }]);
        let password = Password::choose(text, min, &context).map_err(refused)?;
        self.hasher.choose(networks, password, context, with_factor).await?.map_err(refused)
    }

    /// The fewest characters of a password, alone or with a second factor (NIST SP 800-63B-4, 3.1.1.2).
    #[must_use]
    pub fn shortest_password(&self, with_factor: bool) -> usize {
        if with_factor { self.settings.password_min_length_with_factor } else { self.settings.password_min_length }
    }

    /// Whether the portal has an administrator.
    pub async fn has_administrator(&self) -> Result<bool, Error> {
        self.db.read(|conn| Ok(appointments::count_active(conn, Role::Secretariat, None)? > 0)).await
    }

    /// Makes the next signing key if it is due, deletes spent ones, and reloads them.
    pub async fn rotate_keys(&self) -> Result<(), Error> {
        let (now, random, master) = (self.clock.now(), self.random.clone(), Arc::clone(&self.master));
        let age = Duration::from_hours(24 * self.settings.signing_key_days);
        if self.db.write(move |conn: &mut Conn| keys::rotate(conn, &master, age, now, &random)).await? {
            tracing::info!("the signing keys were rotated");
        }
        self.sessions.reload_keys().await
    }

    /// Deletes some sessions and secrets that ended before `bound`, at most [`super::SWEPT_AT_ONCE`] sessions; returns
    /// how many rows.
    pub async fn sweep(&self, bound: Timestamp) -> Result<usize, Error> {
        let (now, lives) = (self.clock.now(), SessionLifetimes::new(&self.settings));
        self.db
            .write(move |conn| {
                personal_data::keep_addresses(conn, bound)?;
                Ok(sessions::sweep(conn, bound, lives, now)?
                    + store::sweep(conn, bound)?
                    + trusted_devices::sweep(conn, now)?
                    + names::forget_names(conn, now)?
                    + tokens::sweep(conn, bound)?)
            })
            .await
    }
}
