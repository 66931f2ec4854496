//! Login by password and second factor. `step_up` has the fresh proof of identity within a session.
//!
//! Every attempt is charged before anything is hashed (`throttle::attempts`): its hash to the network, and its failure
//! to the address and the network, or to the known device alone. A success is refunded. An address without an account
//! costs the same statements and the same hash in the same queue, and gets the same answer. A person with a second
//! factor gets a challenge, which gives no access and can be used once.
//!
//! Each success is recorded, so successful logins have a budget too: one per person, and a separate one for each known
//! device and each passkey.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::Identity;
use super::mails;
use super::mfa;
use super::password::{self, Password, Verified};
use super::program::Program;
use super::security_notifications;
use super::sessions::{Desk, NewLogin, Opened, WrittenSession};
use super::store::{self, NewToken};
use super::trusted_devices::{self, Device, Devices};
use super::types::{Challenge, Credentials, Login, LoginOutcome, ProvenBy, Purpose, SecondFactor};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::RequestContext;
use crate::mail::{EmailAddress, SystemMail};
use crate::policy::Level;
use crate::throttle::{Attempt, Bucket};
use crate::time::Timestamp;

/// Characters of text that is no address by which it is counted.
const MAX_TEXT: usize = 254;

/// What text that is no address is counted as. An address has no space, and no other count has a key that begins like
/// this.
fn key_of_text(typed: &str) -> String {
    format!("text {}", typed.chars().take(MAX_TEXT).collect::<String>())
}

/// The budget of successful logins that is charged: that of the known device, or the person's for all other devices.
fn share_of(counted: &Attempt, user: Id) -> String {
    match counted.bucket {
        Bucket::LoginDevice => format!("{user} {}", counted.key),
        _ => user.to_string(),
    }
}

impl Identity {
    /// Logs in with address and password. A wrong address and a wrong password give the same answer in the same time.
    ///
    /// # Errors
    /// 401 if they do not match; 429 after too many attempts or too many logins.
    pub(super) async fn log_in_by_password(
        &self,
        login: Login,
        caller: &RequestContext,
    ) -> Result<LoginOutcome, Error> {
        let wrong = || Error::unauthenticated(ProblemCode::WrongCredentials);
        let Ok(password) = Password::given(&login.password) else { return Err(wrong()) };
        // Text that is no address is counted and looked up like an address without an account.
        let (address, counted_as) = match EmailAddress::parse(&login.email) {
            Ok(address) => (address.key(), address.key()),
            Err(_) => (String::new(), key_of_text(&login.email)),
        };
        let counted = self.counted(&counted_as, caller).await?;
        let (known, counted, failures) = self.charge(address, counted, caller).await?;
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
        // Without room in the queue, the hash is renewed at the next login.
        let renewed = if verified.outdated { self.hasher.renew(&caller.blocks(), password).await.ok() } else { None };
        let right = VerifiedPassword { owner, renewed, is_short, counted, failures };
        self.enter(right, login.cookie, caller).await
    }

    /// The bucket of failures for this login. Only a cookie that the portal issued causes a read.
    async fn counted(&self, address: &str, caller: &RequestContext) -> Result<Attempt, Error> {
        let of_address = || Attempt::at_address(address.to_owned());
        let cookie = caller.device.as_deref();
        let Some(device) = cookie.and_then(|cookie| self.devices.read(cookie, self.clock.now())) else {
            return Ok(of_address());
        };
        let (owner, name) = (address.to_owned(), device.name.clone());
        let is_known = self.db.read(move |conn| trusted_devices::is_known(conn, &owner, &device)).await?;
        Ok(if is_known { Attempt { bucket: Bucket::LoginDevice, key: name } } else { of_address() })
    }

    /// Charges an attempt, and looks up the owner of the address. Returns the attempt as it was charged, and its
    /// failures before.
    pub(super) async fn charge(
        &self,
        address: String,
        attempt: Attempt,
        caller: &RequestContext,
    ) -> Result<(Option<Credentials>, Attempt, i32), Error> {
        self.throttle.check_attempt(&attempt, caller)?;
        self.hasher.has_room(&caller.blocks())?;
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db
            .write(move |conn| {
                // Read before the rows of networks are locked.
                let known = store::credentials(conn, &address)?;
                let (charged, failures) = throttle.charge_attempt(conn, &attempt, &caller)?;
                Ok((known, charged, failures))
            })
            .await
    }

    /// Compares a password. If the queue did not get to it, the charge as a failed login is refunded; the charge to the
    /// networks for a place in the queue stays.
    pub(super) async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
        counted: &Attempt,
        caller: &RequestContext,
    ) -> Result<Verified, Error> {
        // A person who must choose a new password has no hash.
        let stored = stored.filter(|hash| !hash.is_empty());
        let verified = self.hasher.verify(&caller.blocks(), password, stored).await;
        if verified.is_err() {
            let (throttle, counted, caller) = (Arc::clone(&self.throttle), counted.clone(), caller.clone());
            self.db.write_behind(move |conn| throttle.give_back_attempt(conn, &counted, &caller));
        }
        verified
    }

    /// Records a failure, or only counts it if others of the address (or of the person, at step-up) or of the network
    /// were recorded shortly before.
    pub(super) async fn note_failure(
        &self,
        counted_as: &str,
        subject: Option<Id>,
        caller: &RequestContext,
    ) -> Result<(), Error> {
        let Some(detail) = self.failures.count(counted_as, caller.network(), self.clock.now()) else { return Ok(()) };
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        let entry = Entry::anonymous(Event::LoginFailed, subject).with(detail);
        self.db.write(move |conn| audit.record(conn, &trace, &entry)).await
    }

    /// After a right password: opens a session, or asks for the second factor.
    async fn enter(
        &self,
        right: VerifiedPassword,
        cookie: bool,
        caller: &RequestContext,
    ) -> Result<LoginOutcome, Error> {
        let unit = LoginUnit {
            desk: self.desk(),
            devices: Arc::clone(&self.devices),
            caller: caller.clone(),
            cookie,
            challenge_life: Duration::from_secs(60 * self.settings.challenge_minutes),
            free_failures: i32::try_from(self.limits.login_failures).unwrap_or(i32::MAX),
        };
        let entered = self
            .db
            .write(move |conn| {
                let step = unit.enter(conn, &right)?;
                // Last, since many wait for the rows of networks (lock order, `db`).
                unit.desk.throttle.forgive_attempt(conn, &right.counted, &unit.caller)?;
                Ok(step)
            })
            .await?;
        match entered {
            LoginStep::In(written, device) => {
                self.leave_replaced(cookie, caller).await?;
                self.desk().hand_out(self.sessions.keys(), written, device).map(LoginOutcome::Opened)
            }
            LoginStep::Challenged(challenge) => Ok(LoginOutcome::Challenged(challenge)),
            LoginStep::Leaving(at) => Err(leaving(at)),
            // The wait is remembered from here.
            LoginStep::Enough(share) => {
                Err(self.throttle.check(Bucket::Logins, &share).err().unwrap_or_else(Error::busy))
            }
        }
    }

    /// Opens a session for a challenge and its second factor.
    pub(super) async fn log_in_by_code(&self, form: SecondFactor, caller: &RequestContext) -> Result<Opened, Error> {
        let now = self.clock.now();
        let challenge = form.challenge.clone();
        let spent = || Error::unauthenticated(ProblemCode::ChallengeInvalid);
        let found = self
            .db
            .read(move |conn| {
                let found = store::look_at_token(conn, Purpose::LoginChallenge, challenge.expose_secret(), now);
                found.map_err(|_spent| spent())
            })
            .await?;
        let user = found.user_id.ok_or_else(spent)?;
        let right = self.verify_second_factor(user, form.method, form.code, caller).await?;
        if !right {
            return Err(Error::unauthenticated(ProblemCode::WrongCode).with("method", form.method.as_str()));
        }
        self.open_by_challenge(user, form.challenge, form.cookie, ProvenBy::Code(form.method), caller).await
    }

    /// Uses up the challenge and opens a session with two factors.
    pub(super) async fn open_by_challenge(
        &self,
        user: Id,
        challenge: SecretString,
        cookie: bool,
        proven: ProvenBy,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let spent = || Error::unauthenticated(ProblemCode::ChallengeInvalid);
        let opened = self.open_verified(user, cookie, proven, caller, move |conn, now| {
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

    /// Opens a session at the upper level. `before` runs in its transaction, once the person is locked, and returns
    /// whether many attempts had failed.
    pub(super) async fn open_verified<F>(
        &self,
        user: Id,
        cookie: bool,
        proven: ProvenBy,
        caller: &RequestContext,
        before: F,
    ) -> Result<Opened, Error>
    where
        F: FnOnce(&mut Conn, Timestamp) -> Result<bool, Error> + Send + 'static,
    {
        let (desk, trace, from) = (self.desk(), Trace::from(caller), caller.clone());
        let devices = Arc::clone(&self.devices);
        let (written, device) = self
            .db
            .write(move |conn| {
                let now = desk.clock.now();
                // The lock comes first: the end of all sessions takes it, and then ends what has begun.
                let owner = store::lock_for_update(conn, user)?;
                let many_failures = before(conn, now)?;
                if let Some(at) = owner.erase_at {
                    return Err(leaving(at));
                }
                // A factor that was removed since it was proven proves nothing, nor does a passkey that was suspended
                // since: the suspended one may be a copy.
                if owner.suspended_at.is_some() || !mfa::is_in_use(conn, user, proven)? {
                    return Err(Error::unauthenticated(ProblemCode::ChallengeInvalid));
                }
                let device = arrive(conn, &desk, &devices, &owner, many_failures, &from)?;
                let opening = NewLogin { user, level: Level::TwoFactor, caller: &from, cookie, login: None };
                let written = desk.open(conn, &opening)?;
                let method = Some(proven.method().as_str());
                desk.audit.record(conn, &trace, &written.entry(Event::Login, Level::TwoFactor, method))?;
                Ok((written, device))
            })
            .await?;
        self.leave_replaced(cookie, caller).await?;
        self.desk().hand_out(self.sessions.keys(), written, device)
    }
}

/// A right password, its owner, and what remains to be done.
struct VerifiedPassword {
    owner: Credentials,
    /// The hash with the present parameters, if the stored one has others.
    renewed: Option<String>,
    /// Whether it is shorter than the rule without a second factor allows.
    is_short: bool,
    counted: Attempt,
    /// Failures before it.
    failures: i32,
}

/// The outcome of a right password.
enum LoginStep {
    /// A session, and the cookie of the device.
    In(WrittenSession, Option<String>),
    Challenged(Challenge),
    Leaving(Timestamp),
    /// The budget of successful logins is used up.
    Enough(String),
}

/// What the unit of work after a right password needs.
struct LoginUnit {
    desk: Desk,
    devices: Arc<Devices>,
    caller: RequestContext,
    cookie: bool,
    challenge_life: Duration,
    /// Failed attempts that the owner is not notified of.
    free_failures: i32,
}

impl LoginUnit {
    /// Checks the owner again, and opens a session or asks for the second factor.
    fn enter(&self, conn: &mut Conn, right: &VerifiedPassword) -> Result<LoginStep, Error> {
        let VerifiedPassword { owner, renewed, is_short, counted, failures } = right;
        let (desk, now, trace) = (&self.desk, self.desk.clock.now(), Trace::from(&self.caller));
        let many_failures = *failures >= self.free_failures;
        let held = store::lock_for_update(conn, owner.id)?;
        if let Some(day) = held.erase_at {
            return Ok(LoginStep::Leaving(day));
        }
        if held.suspended_at.is_some() || held.password_hash != owner.password_hash {
            // The person was suspended, or the password replaced, while it was compared.
            return Err(Error::unauthenticated(ProblemCode::WrongCredentials));
        }
        let share = share_of(counted, owner.id);
        if !desk.throttle.admits(conn, Bucket::Logins, &share)? {
            return Ok(LoginStep::Enough(share));
        }
        if let Some(hash) = renewed {
            store::set_password(conn, owner.id, hash, now)?;
        }
        password::store::note_short(conn, owner.id, *is_short)?;
        let methods = mfa::methods(conn, owner.id)?;
        if methods.is_empty() {
            let device = arrive(conn, desk, &self.devices, &held, many_failures, &self.caller)?;
            let (level, caller, cookie) = (Level::Password, &self.caller, self.cookie);
            let written = desk.open(conn, &NewLogin { user: owner.id, level, caller, cookie, login: None })?;
            desk.audit.record(conn, &trace, &written.entry(Event::Login, level, None))?;
            return Ok(LoginStep::In(written, device));
        }
        let secret = desk.random.secret();
        let token = NewToken {
            payload: Some(json!({"many_failures": many_failures})),
            ..NewToken::of(Purpose::LoginChallenge, owner.id, now.plus(self.challenge_life))
        };
        store::insert_token(conn, &secret, &token, now)?;
        desk.audit.record(conn, &trace, &Entry::own(Event::LoginChallenged, owner.id))?;
        Ok(LoginStep::Challenged(Challenge { mfa_required: true, challenge: secret, methods }))
    }
}

/// 403 if the owner asked for erasure: only the mailed link keeps the account, not a password.
fn leaving(at: Timestamp) -> Error {
    Error::forbidden(ProblemCode::AccountLeaving).with("day", at.day())
}

/// Records where the owner (whose row is locked) logged in, and notifies them if the place is new or many attempts had
/// failed. Returns the cookie of the known device, unless too many devices are new today: each has a budget of logins.
fn arrive(
    conn: &mut Conn,
    desk: &Desk,
    devices: &Devices,
    owner: &Credentials,
    many_failures: bool,
    caller: &RequestContext,
) -> Result<Option<String>, Error> {
    let now = desk.clock.now();
    let device = devices.of(caller, owner, now);
    let is_known = trusted_devices::note(conn, owner, caller, now)? || device.is_some();
    if many_failures || !is_known {
        let (network, program) = (caller.network(), Program::of(caller.user_agent.as_deref()));
        let mail: Box<dyn SystemMail> = if many_failures {
            Box::new(mails::LoginAfterFailures { time: now, network, program })
        } else {
            Box::new(mails::NewLogin { time: now, network, program })
        };
        security_notifications::post(conn, &desk.outbox, owner.id, mail.as_ref())?;
    }
    let device = match device {
        None if desk.throttle.admits(conn, Bucket::NewDevice, &owner.id.to_string())? => {
            Some(Device::new(owner, &desk.random))
        }
        known => known,
    };
    Ok(device.map(|device| devices.issue(&device, now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_address_counts_as_nothing_else() {
        for typed in ["", "0193-user-id", "awa@customs.example", "step-up 0193"] {
            let key = key_of_text(typed);
            assert_eq!(key.strip_prefix("text "), Some(typed));
        }
        assert_eq!(key_of_text(&"é".repeat(1_000)).chars().count(), MAX_TEXT + 5);
    }
}
