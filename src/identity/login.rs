//! Logging in: the password, and the second factor. Proving oneself again once one is in stands in `proof`.
//!
//! Every try is charged before anything is hashed, to the network, and to the address or the known device; what went
//! well is given back. An address that nobody has costs the same statements, the same hash in the same queue, and gets the
//! same answer. Whoever has a second factor gets a challenge, which gives no access and is good once.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::Identity;
use super::factors;
use super::notices;
use super::password::{self, Password, Verified};
use super::sessions::{Opened, Opening, Written};
use super::store::{self, NewToken};
use super::types::{Challenge, Credentials, Login, LoginOutcome, Method, Purpose, SecondFactor};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::Caller;
use crate::mail::EmailAddress;
use crate::policy::Level;
use crate::throttle::{Bucket, Count};
use crate::time::Timestamp;

/// Longest address that is counted as it is; longer ones are none.
const MAX_ADDRESS: usize = 254;

/// The bucket that a login is counted in, and the key of it.
#[derive(Clone)]
pub(super) struct Counted {
    pub(super) bucket: Bucket,
    pub(super) key: String,
}

impl Identity {
    /// Logs in with address and password. Whether it is the address or the password that is wrong, answer and time are the same.
    ///
    /// # Errors
    /// 401 where they don't belong together; 429 after too many tries.
    pub async fn login(&self, login: Login, caller: &Caller) -> Result<LoginOutcome, Error> {
        let wrong = || Error::unauthenticated("wrong_credentials");
        let Ok(password) = Password::given(&login.password) else { return Err(wrong()) };
        // What is no address is nobody's, and is counted and looked up all the same.
        let address = EmailAddress::parse(&login.email).map(|address| address.key());
        let typed = login.email.chars().take(MAX_ADDRESS).collect();
        let (address, counted_as) = address.map_or((String::new(), typed), |key| (key.clone(), key));
        let counted = self.counted(&counted_as, caller);
        let (known, before) = self.charge(address.clone(), &counted, caller).await?;
        let stored = known.as_ref().map(|credentials| credentials.password_hash.clone());
        let verified = self.verify(password.clone(), stored, &counted, caller).await?;
        let owner = match known {
            Some(owner) if verified.right && owner.suspended_at.is_none() => owner,
            known => {
                self.note_failure(&counted_as, known.map(|owner| owner.id), caller).await?;
                return Err(wrong());
            }
        };
        let is_short = password.is_shorter_than(self.shortest_password(false));
        // Where there is no room for it now, it is done the next time.
        let renewed = if verified.outdated { self.hasher.renew(&caller.block(), password).await.ok() } else { None };
        let right = RightPassword { owner, renewed, is_short, address, counted, before };
        self.enter(right, login.cookie, caller).await
    }

    fn counted(&self, address: &str, caller: &Caller) -> Counted {
        let cookie = caller.device.as_deref();
        match cookie.and_then(|cookie| self.devices.read(cookie, address, self.clock.now())) {
            Some(device) => Counted { bucket: Bucket::LoginDevice, key: device.to_owned() },
            None => Counted { bucket: Bucket::LoginAccount, key: address.to_owned() },
        }
    }

    /// Charges a try, and looks up whose address it is.
    pub(super) async fn charge(
        &self,
        address: String,
        counted: &Counted,
        caller: &Caller,
    ) -> Result<(Option<Credentials>, Count), Error> {
        self.throttle.check(counted.bucket, &counted.key)?;
        self.throttle.check_network(Bucket::LoginNetwork, caller)?;
        self.throttle.check_network(Bucket::HashNetwork, caller)?;
        self.hasher.has_room(&caller.block())?;
        let (throttle, counted, caller) = (Arc::clone(&self.throttle), counted.clone(), caller.clone());
        self.db
            .write(move |conn| {
                throttle.charge_network(conn, Bucket::HashNetwork, &caller)?;
                throttle.charge_network(conn, Bucket::LoginNetwork, &caller)?;
                let before = throttle.charge(conn, counted.bucket, &counted.key)?;
                Ok((store::credentials(conn, &address)?, before))
            })
            .await
    }

    /// Compares a password. What was charged is given back where nobody came to look at it.
    pub(super) async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
        counted: &Counted,
        caller: &Caller,
    ) -> Result<Verified, Error> {
        // Whoever has to begin again has no password.
        let stored = stored.filter(|hash| !hash.is_empty());
        let verified = self.hasher.verify(&caller.block(), password, stored).await;
        if verified.is_err() {
            let (throttle, counted, caller) = (Arc::clone(&self.throttle), counted.clone(), caller.clone());
            self.db.write_behind(move |conn| {
                throttle.forgive_network(conn, Bucket::LoginNetwork, &caller)?;
                throttle.give_back(conn, counted.bucket, &counted.key)
            });
        }
        verified
    }

    /// Writes a failure down, or counts it where others of the address or the network were written down a moment ago.
    pub(super) async fn note_failure(&self, address: &str, subject: Option<Id>, caller: &Caller) -> Result<(), Error> {
        let Some(detail) = self.failures.count(address, caller.network(), self.clock.now()) else { return Ok(()) };
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        let entry = Entry::anonymous(Event::LoginFailed, subject).with(detail);
        self.db.write(move |conn| audit.note(conn, &trace, &entry)).await
    }

    /// The password was right: opens a session, or asks for the second factor.
    async fn enter(&self, right: RightPassword, cookie: bool, caller: &Caller) -> Result<LoginOutcome, Error> {
        let RightPassword { owner, renewed, is_short, address, counted, before } = right;
        let (desk, throttle, trace) = (self.desk(), Arc::clone(&self.throttle), Trace::from(caller));
        let (devices, caller) = (Arc::clone(&self.devices), caller.clone());
        let life = Duration::from_secs(60 * self.settings.challenge_minutes);
        let free = i32::try_from(self.limits.login_failures).unwrap_or(i32::MAX);
        let many_failures = before.failures >= free;
        let entered = self
            .db
            .write(move |conn| {
                let now = desk.clock.now();
                throttle.forgive_network(conn, Bucket::LoginNetwork, &caller)?;
                throttle.forgive(conn, counted.bucket, &counted.key)?;
                let held = store::hold(conn, owner.id)?;
                if let Some(day) = held.erase_at {
                    return Ok(Entered::Leaving(day));
                }
                if held.suspended_at.is_some() || held.password_hash != owner.password_hash {
                    // Suspended, or the password was replaced, while it was compared.
                    return Err(Error::unauthenticated("wrong_credentials"));
                }
                if let Some(hash) = &renewed {
                    store::set_password(conn, owner.id, hash, now)?;
                }
                password::store::note_short(conn, owner.id, is_short)?;
                let methods = factors::methods(conn, owner.id)?;
                if methods.is_empty() {
                    let entry = Entry::own(Event::Login, owner.id).with(json!({"level": Level::Password.as_str()}));
                    desk.audit.note(conn, &trace, &entry)?;
                    let device = devices.issue(&address, now, &desk.random);
                    let known = known_place(&caller, &devices, &address, now);
                    tell_of_login(conn, &desk, owner.id, &known, many_failures, &caller)?;
                    let written =
                        desk.open(conn, &Opening { user: owner.id, level: Level::Password, caller: &caller, cookie })?;
                    return Ok(Entered::In(written, device));
                }
                let secret = desk.random.secret();
                let token = NewToken {
                    payload: Some(json!({"many_failures": many_failures})),
                    ..NewToken::of(Purpose::LoginChallenge, owner.id, now.plus(life))
                };
                store::insert_token(conn, &secret, &token, now)?;
                desk.audit.note(conn, &trace, &Entry::own(Event::LoginChallenged, owner.id))?;
                Ok(Entered::Challenged(Challenge { mfa_required: true, challenge: secret, methods }))
            })
            .await?;
        self.outbox.ring();
        match entered {
            Entered::In(written, device) => {
                self.desk().hand_out(self.sessions.keys(), written, Some(device)).map(LoginOutcome::Opened)
            }
            Entered::Challenged(challenge) => Ok(LoginOutcome::Challenged(challenge)),
            Entered::Leaving(at) => Err(leaving(at)),
        }
    }

    /// Opens a session for whoever brings the second factor to a challenge.
    ///
    /// # Errors
    /// 401 where the challenge or the code is not good; 429 after too many wrong codes.
    pub async fn login_second(&self, form: SecondFactor, caller: &Caller) -> Result<Opened, Error> {
        let now = self.clock.now();
        let challenge = form.challenge.clone();
        let spent = || Error::unauthenticated("challenge_invalid");
        let found = self
            .db
            .read(move |conn| {
                let found = store::look_at_token(conn, Purpose::LoginChallenge, challenge.expose_secret(), now);
                found.map_err(|_spent| spent())
            })
            .await?;
        let user = found.user_id.ok_or_else(spent)?;
        let right = self.prove(user, form.method, form.code, caller).await?;
        if !right {
            return Err(Error::unauthenticated("wrong_code"));
        }
        self.open_by_challenge(user, form.challenge, form.cookie, form.method, caller).await
    }

    /// Uses up the challenge and opens a session with two factors.
    pub(super) async fn open_by_challenge(
        &self,
        user: Id,
        challenge: SecretString,
        cookie: bool,
        method: Method,
        caller: &Caller,
    ) -> Result<Opened, Error> {
        let spent = || Error::unauthenticated("challenge_invalid");
        let opened = self.open_verified(user, cookie, method, caller, move |conn, now| {
            let token = store::spend_token(conn, Purpose::LoginChallenge, challenge.expose_secret(), now);
            let token = token.map_err(|_spent| spent())?;
            if token.user_id != Some(user) {
                return Err(spent());
            }
            let payload = token.payload.map(|payload| payload.0).unwrap_or_default();
            Ok(payload.get("many_failures").and_then(serde_json::Value::as_bool).unwrap_or(false))
        });
        opened.await
    }

    /// Opens a session at the upper level; `before` runs first in its transaction and says whether many tries had failed.
    pub(super) async fn open_verified<F>(
        &self,
        user: Id,
        cookie: bool,
        method: Method,
        caller: &Caller,
        before: F,
    ) -> Result<Opened, Error>
    where
        F: FnOnce(&mut Conn, Timestamp) -> Result<bool, Error> + Send + 'static,
    {
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let devices = Arc::clone(&self.devices);
        let (written, device) = self
            .db
            .write(move |conn| {
                let now = desk.clock.now();
                let many_failures = before(conn, now)?;
                let owner = store::hold(conn, user)?;
                if let Some(at) = owner.erase_at {
                    return Err(leaving(at));
                }
                // A factor that was removed since it was proven proves nothing.
                if owner.suspended_at.is_some() || factors::methods(conn, user)?.is_empty() {
                    return Err(Error::unauthenticated("challenge_invalid"));
                }
                let detail = json!({"level": Level::TwoFactor.as_str(), "method": method.as_str()});
                desk.audit.note(conn, &trace, &Entry::own(Event::Login, user).with(detail))?;
                let address = EmailAddress::parse(&owner.email).map(|a| a.key()).unwrap_or_default();
                let known = known_place(&caller, &devices, &address, now);
                tell_of_login(conn, &desk, user, &known, many_failures, &caller)?;
                let device = devices.issue(&address, now, &desk.random);
                let written = desk.open(conn, &Opening { user, level: Level::TwoFactor, caller: &caller, cookie })?;
                Ok((written, device))
            })
            .await?;
        self.outbox.ring();
        self.desk().hand_out(self.sessions.keys(), written, Some(device))
    }
}

/// A password that was right, whose it is, and what is to be done about that.
struct RightPassword {
    owner: Credentials,
    /// The hash with today's cost, where the stored one has another.
    renewed: Option<String>,
    /// Whether it is shorter than one may be that stands alone.
    is_short: bool,
    address: String,
    counted: Counted,
    before: Count,
}

/// What a right password led to.
enum Entered {
    In(Written, String),
    Challenged(Challenge),
    Leaving(Timestamp),
}

/// 403 for whoever asked to be erased: the mailed link keeps the account, a password alone does not.
fn leaving(at: Timestamp) -> Error {
    Error::forbidden("account_leaving").with("day", at.day())
}

/// The places by which a login is known again: the device, by its cookie, and the program with its network.
fn known_place(caller: &Caller, devices: &super::devices::Devices, address: &str, now: Timestamp) -> (bool, Vec<u8>) {
    let proven = caller.device.as_deref().is_some_and(|cookie| devices.read(cookie, address, now).is_some());
    let program = caller.user_agent.as_deref().unwrap_or_default();
    let place = format!("{program}\n{}", caller.network());
    (proven, digest(&SHA256, place.as_bytes()).as_ref().to_vec())
}

/// Tells the owner of a login from a place where nobody logged in before, and of one after many that failed. The first
/// login ever is nothing to tell.
fn tell_of_login(
    conn: &mut Conn,
    desk: &super::sessions::Desk,
    user: Id,
    (proven, place): &(bool, Vec<u8>),
    many_failures: bool,
    caller: &Caller,
) -> Result<(), Error> {
    let now = desk.clock.now();
    let (known, others) = store::note_device(conn, user, place, now)?;
    let kind = if many_failures {
        "login_after_failures"
    } else if !known && others && !proven {
        "new_login"
    } else {
        return Ok(());
    };
    let program = super::program::shown(caller.user_agent.as_deref());
    let args = vec![("time", now.to_string()), ("network", caller.network()), ("program", program)];
    notices::post(conn, &desk.outbox, user, kind, args)
}
