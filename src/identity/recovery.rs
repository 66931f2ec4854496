//! Password recovery by a mailed link, and change of password.
//!
//! A request for a link changes and ends nothing, and its answer never discloses whether the address has an account. A
//! link can be used once, and only the newest is valid. It replaces the password and nothing else: the second factor
//! stays, no session is opened, every session and API token ends, known devices and places are forgotten, and the owner
//! is notified. Links have a budget that refills no later than a link ends, and known devices have a share of their own:
//! strangers who ask for an owner's links never leave the owner without a good one. A link also restores the budgets that
//! a thief with the old password or a session may have used up. A change of password does not: it needs no mailbox, so a
//! thief could repeat it to get ever new budgets.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::mails::{AddressChangeUndone, FactorsReset, PasswordChanged, ResetPassword};
use super::security_notifications;
use super::store::{self, Lock, NewToken};
use super::types::{ChangePassword, Credentials, Forgot, Purpose, Reset};
use super::{Identity, mfa, password, sessions, tokens, trusted_devices};
use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{self, Conn, Id, Writer};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::RequestContext;
use crate::mail::{Author, EmailAddress, Outbox, Quote, SystemMail};
use crate::policy::{self, Level, Principal};
use crate::random::Random;
use crate::secrets::fingerprint;
use crate::throttle::Bucket;
use crate::time::Timestamp;

/// Budgets that are used up in a session or with the right password. A reset ends all of these, so what was used is the
/// owner's again. Wrong codes stay counted: the mailbox proves no second factor.
const RESTORED: [Bucket; 3] = [Bucket::Logins, Bucket::NewDevice, Bucket::Sensitive];

/// Why a person gets a link for a new password; the mail says it.
#[derive(Clone, Copy)]
pub enum RestartCause<'a> {
    /// The person asked for it.
    Asked,
    /// The Secretariat removed the second factors, for this reason.
    FactorsReset(&'a str),
    /// A change of address was undone.
    AddressChangeUndone,
}

/// How a person's account is reset.
#[derive(Clone, Copy)]
pub struct Restart<'a> {
    /// Why.
    pub cause: RestartCause<'a>,
    /// Second factors added since then are removed too; none are without an instant.
    pub without_factors_since: Option<Timestamp>,
    /// The outbox.
    pub outbox: &'a Outbox,
    /// How long the link is valid.
    pub life: Duration,
    /// The present instant.
    pub now: Timestamp,
    /// The source of randomness.
    pub random: &'a Random,
}

impl<'a> Restart<'a> {
    /// A link alone, which ends nothing.
    fn asked(outbox: &'a Outbox, life: Duration, now: Timestamp, random: &'a Random) -> Self {
        Self { cause: RestartCause::Asked, without_factors_since: None, outbox, life, now, random }
    }
}

impl Identity {
    /// Mails a link for a new password if the address has an account. The answer is the same in any case.
    ///
    /// # Errors
    /// 429 for a network that asks too often, 503 if the database is unavailable.
    pub async fn forgot(&self, forgot: &Forgot, caller: &RequestContext) -> Result<(), Error> {
        self.admit_forgot(caller).await?;
        let typed = forgot.email.clone();
        let (throttle, outbox, audit) = (Arc::clone(&self.throttle), self.outbox.clone(), self.audit.clone());
        let (now, life, random) = (self.clock.now(), self.reset_life(), self.random.clone());
        let (trace, devices, from) = (Trace::from(caller), Arc::clone(&self.devices), caller.clone());
        self.db
            .write(move |conn| {
                let Ok(address) = EmailAddress::parse(&typed) else { return Ok(()) };
                let known = store::credentials(conn, &address.key())?.filter(|owner| !owner.is_closed());
                let known = match known {
                    Some(owner) => {
                        // The person before the links and their count (lock order, `db`).
                        store::lock(conn, owner.id, Lock::Change)?;
                        // Again: while this waited, the account may have left the address, or ended.
                        let holder = store::credentials(conn, &address.key())?;
                        holder.filter(|holder| holder.id == owner.id && !holder.is_closed())
                    }
                    None => None,
                };
                // A known device has a share of its own, which no stranger uses up.
                let device = known.as_ref().and_then(|owner| devices.of(&from, owner, now));
                let (bucket, share) = match device {
                    Some(device) => (Bucket::ResetDevice, device.name),
                    None => (Bucket::Reset, address.key()),
                };
                if !throttle.admits(conn, bucket, &share)? {
                    // The links of this time are used up; the answer is the same, and the last of them is good still.
                    return Ok(());
                }
                let Some(owner) = known else { return Ok(()) };
                audit.record(conn, &trace, &Entry::anonymous(Event::PasswordResetAsked, Some(owner.id)))?;
                let link = Restart::asked(&outbox, life, now, &random);
                post_link(conn, &owner, &link)
            })
            .await?;
        Ok(())
    }

    /// Charges a request for a link to its networks: also one for a malformed address. In a unit of work of its own, so
    /// that nobody waits for these rows while the rest waits for a person.
    async fn admit_forgot(&self, caller: &RequestContext) -> Result<(), Error> {
        self.throttle.check_network(Bucket::ForgotNetwork, caller)?;
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::ForgotNetwork, &caller)).await
    }

    /// How long a link for a new password is valid.
    #[must_use]
    pub fn reset_life(&self) -> Duration {
        Duration::from_secs(60 * self.settings.reset_link_minutes)
    }

    /// Sets a new password by a mailed link and ends every session. Logs nobody in.
    ///
    /// # Errors
    /// 410 if the link is spent; 422 if the password is rejected, and then the link stays valid; 429.
    pub async fn reset(&self, reset: Reset, caller: &RequestContext) -> Result<(), Error> {
        let (owner, bound) = self.look_at_reset(reset.token.expose_secret()).await?;
        let known = [owner.email.as_str(), owner.name.as_str()];
        db::name_writer(Writer::of_link(&fingerprint(reset.token.expose_secret())));
        let hash = self.hash_behind_link(&reset.password, &known, bound, caller).await?;
        let change = self.change(caller, Event::PasswordReset, None, false);
        let (throttle, outbox, free) = (Arc::clone(&self.throttle), self.outbox.clone(), owner.email.clone());
        let from = caller.clone();
        self.db
            .write(move |conn| {
                if store::lock_for_update(conn, owner.id)?.is_closed() {
                    return Err(Error::link_spent());
                }
                store::spend_token(conn, Purpose::ResetPassword, reset.token.expose_secret(), change.now)?;
                // The link proves access to the mailbox, so failed logins of others no longer matter.
                let key = EmailAddress::parse(&free).map(|address| address.key()).unwrap_or_default();
                throttle.forgive_address(conn, &key, &from)?;
                for bucket in RESTORED {
                    throttle.clear(conn, bucket, &owner.id.to_string())?;
                }
                trusted_devices::forget(conn, owner.id)?;
                outbox.address_works(conn, &key)?;
                if bound && !is_bound(conn, owner.id)? {
                    // The factor or the role that requires it ended during the hashing, so the password is too short.
                    return Err(Error::conflict(ProblemCode::RightsChanged));
                }
                change.replace(conn, owner.id, &hash, bound)
            })
            .await?;
        Ok(())
    }

    /// The fewest characters of a password chosen with this link.
    ///
    /// # Errors
    /// 410 if the link is spent.
    pub async fn shortest_by_reset(&self, token: &str) -> Result<usize, Error> {
        let (_, bound) = self.look_at_reset(token).await?;
        Ok(self.shortest_password(bound))
    }

    /// The owner of a link, and whether the person has a second factor and must keep one.
    async fn look_at_reset(&self, token: &str) -> Result<(Credentials, bool), Error> {
        let (token, now) = (token.to_owned(), self.clock.now());
        self.db
            .read(move |conn| {
                let found = store::look_at_token(conn, Purpose::ResetPassword, &token, now)?;
                let owner = store::credentials_of(conn, found.user_id.ok_or_else(Error::link_spent)?)?;
                if owner.is_closed() {
                    return Err(Error::link_spent());
                }
                let bound = is_bound(conn, owner.id)?;
                Ok((owner, bound))
            })
            .await
    }

    /// Changes the password, ends every other session, forgets other devices, and notifies the owner by mail. Returns
    /// the new cookies of this session and this device.
    ///
    /// # Errors
    /// 422 if the current password is wrong or the new one is rejected, 429 after too many wrong ones.
    pub async fn change_password(
        &self,
        principal: &Principal,
        form: ChangePassword,
        caller: &RequestContext,
    ) -> Result<sessions::Opened, Error> {
        let owner = self.check_password(principal, "/current_password", &form.current_password, caller).await?;
        let bound = self.may_choose_short(principal).await?;
        let known = [owner.email.as_str(), owner.name.as_str()];
        let hash = self.hash_chosen("/new_password", &form.new_password, &known, bound, &caller.blocks()).await?;
        let change = self.change(caller, Event::PasswordChanged, principal.session(), form.keep_api_tokens);
        let (devices, desk, from) = (Arc::clone(&self.devices), self.desk(), caller.clone());
        self.db
            .write(move |conn| {
                let held = store::lock_for_update(conn, owner.id)?;
                // A reset by mail in the meantime takes precedence.
                if held.password_hash != owner.password_hash {
                    return Err(Error::invalid(vec![FieldError::new("/current_password", FieldCode::WrongPassword)]));
                }
                if bound && !is_bound(conn, owner.id)? {
                    return Err(Error::conflict(ProblemCode::RightsChanged));
                }
                change.replace(conn, owner.id, &hash, bound)?;
                let device = devices.forget_others(conn, &held, &from, change.now)?;
                Ok(sessions::Opened { tokens: None, cookie: desk.renew_cookie(conn, change.keep, &from)?, device })
            })
            .await
    }

    /// The fewest characters of a password that the person chooses in this session.
    ///
    /// # Errors
    /// If the database is unavailable.
    pub async fn shortest_by_change(&self, principal: &Principal) -> Result<usize, Error> {
        Ok(self.shortest_password(self.may_choose_short(principal).await?))
    }

    /// Whether the rule for people who have a second factor and must keep one holds in this session.
    async fn may_choose_short(&self, principal: &Principal) -> Result<bool, Error> {
        let user = principal.user_id;
        Ok(principal.level == Level::TwoFactor && self.db.read(move |conn| is_bound(conn, user)).await?)
    }

    fn change(&self, caller: &RequestContext, event: Event, keep: Option<Id>, keep_tokens: bool) -> Change {
        Change {
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            trace: Trace::from(caller),
            now: self.clock.now(),
            event,
            keep,
            keep_tokens,
        }
    }
}

/// Whether a person has a second factor and must keep one.
fn is_bound(conn: &mut Conn, user: Id) -> Result<bool, Error> {
    let required = policy::requires_second_factor(&appointments::of_user(conn, user)?);
    Ok(required && !mfa::methods(conn, user)?.is_empty())
}

/// A change of a password and what goes with it.
struct Change {
    audit: Audit,
    outbox: Outbox,
    trace: Trace,
    now: Timestamp,
    event: Event,
    /// The session that is kept.
    keep: Option<Id>,
    /// Whether API tokens are kept.
    keep_tokens: bool,
}

impl Change {
    /// `short` is whether the new password was chosen by the rule for people with a second factor.
    fn replace(&self, conn: &mut Conn, owner: Id, hash: &str, short: bool) -> Result<(), Error> {
        store::set_password(conn, owner, hash, self.now)?;
        password::store::set_short(conn, owner, short)?;
        let sessions = sessions::end_all(conn, owner, self.keep, self.now)?;
        let tokens = if self.keep_tokens { 0 } else { tokens::revoke_all(conn, owner, self.now)? };
        store::spend_tokens_of(conn, Purpose::ResetPassword, owner)?;
        store::spend_pending(conn, owner)?;
        let entry = match self.keep {
            Some(_) => Entry::own(self.event, owner),
            None => Entry::anonymous(self.event, Some(owner)),
        };
        let ended = json!({"sessions": sessions, "api_tokens": tokens});
        self.audit.record(conn, &self.trace, &entry.with(ended))?;
        security_notifications::post(conn, &self.outbox, owner, &PasswordChanged { time: self.now, tokens })
    }
}

/// Mails a link to choose a new password; older ones become invalid.
pub(super) fn post_link(conn: &mut Conn, owner: &Credentials, restart: &Restart<'_>) -> Result<(), Error> {
    let Restart { cause, outbox, life, now, random, .. } = *restart;
    let secret = random.secret();
    store::spend_tokens_of(conn, Purpose::ResetPassword, owner.id)?;
    store::insert_token(conn, &secret, &NewToken::of(Purpose::ResetPassword, owner.id, now.plus(life)), now)?;
    let (minutes, token) = (life.as_secs() / 60, secret);
    let mail: Box<dyn SystemMail> = match cause {
        RestartCause::Asked => Box::new(ResetPassword { minutes, token }),
        RestartCause::FactorsReset(reason) => {
            let reason = Quote::new(reason, Author::Secretariat);
            Box::new(FactorsReset { minutes, reason, token })
        }
        RestartCause::AddressChangeUndone => Box::new(AddressChangeUndone { minutes, token }),
    };
    outbox.post_newest(conn, &owner.recipient(), mail.as_ref(), life, format!("reset:{}", owner.id))
}
