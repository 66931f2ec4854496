//! A forgotten password, and a changed one.
//!
//! Asking for a link changes nothing and ends nothing, and the answer never tells whether anybody has the address. A link is
//! good once, and the newest alone. It replaces the password and nothing else: the second factor stays, nobody is logged
//! in, every session and API token ends, and the owner is told.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::notices;
use super::people::Restart;
use super::store::{self, NewToken};
use super::types::{ChangePassword, Credentials, Forgot, Purpose, Reset};
use super::{Identity, factors, password, sessions, tokens};
use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::Caller;
use crate::mail::{EmailAddress, Letter, Outbox};
use crate::policy::{self, Level, Principal};
use crate::throttle::Bucket;
use crate::time::Timestamp;

impl Identity {
    /// Mails a link for a new password, where somebody has this address. The answer never tells.
    ///
    /// # Errors
    /// 429 for a network that asks too often, 503 where the database is away.
    pub async fn forgot(&self, forgot: &Forgot, caller: &Caller) -> Result<(), Error> {
        self.throttle.check_network(Bucket::ForgotNetwork, caller)?;
        let typed = forgot.email.clone();
        let (throttle, outbox, audit) = (Arc::clone(&self.throttle), self.outbox.clone(), self.audit.clone());
        let (now, life, random) = (self.clock.now(), self.reset_life(), self.random.clone());
        let (caller, trace) = (caller.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                throttle.charge_network(conn, Bucket::ForgotNetwork, &caller)?;
                // Looked at only now: what is wrong with it costs nothing before it is counted.
                let Ok(address) = EmailAddress::parse(&typed) else { return Ok(()) };
                if !throttle.admits(conn, Bucket::Link, &format!("reset {}", address.key()))? {
                    // Enough for this hour; whoever asks is told the same.
                    return Ok(());
                }
                let known = store::credentials(conn, &address.key())?;
                let Some(owner) = known.filter(|owner| !owner.is_closed()) else { return Ok(()) };
                audit.note(conn, &trace, &Entry::anonymous(Event::PasswordResetAsked, Some(owner.id)))?;
                let link = Restart::letter("reset_password", &outbox, life, now, &random);
                post_link(conn, &owner, &link)
            })
            .await?;
        self.outbox.ring();
        Ok(())
    }

    pub(super) fn reset_life(&self) -> Duration {
        Duration::from_secs(60 * self.settings.reset_link_minutes)
    }

    /// Sets a new password by a mailed link and ends every session. Logs nobody in.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where the password won't do, and then the link stays good; 429.
    pub async fn reset(&self, reset: Reset, caller: &Caller) -> Result<(), Error> {
        let (owner, bound) = self.look_at_reset(reset.token.expose_secret()).await?;
        let known = [owner.email.as_str(), owner.name.as_str()];
        let hash = self.hash_behind_link(&reset.password, &known, bound, caller).await?;
        let change = self.change(caller, Event::PasswordReset, None, false);
        let (throttle, outbox, free) = (Arc::clone(&self.throttle), self.outbox.clone(), owner.email.clone());
        self.db
            .write(move |conn| {
                if store::hold(conn, owner.id)?.is_closed() {
                    return Err(Error::link_spent());
                }
                store::spend_token(conn, Purpose::ResetPassword, reset.token.expose_secret(), change.now)?;
                // Whoever reads the mail of the address is its owner, however often others failed.
                let key = EmailAddress::parse(&free).map(|address| address.key()).unwrap_or_default();
                throttle.forgive(conn, Bucket::LoginAccount, &key)?;
                outbox.address_works(conn, &key)?;
                if bound && !is_bound(conn, owner.id)? {
                    // The factor went, or the mandate, while it was hashed: alone it is too short.
                    return Err(Error::conflict("rights_changed"));
                }
                change.replace(conn, owner.id, &hash, bound)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }

    /// The fewest characters of a password that is chosen by this link.
    ///
    /// # Errors
    /// 410 where the link is spent.
    pub async fn shortest_by_reset(&self, token: &str) -> Result<usize, Error> {
        let (_, bound) = self.look_at_reset(token).await?;
        Ok(self.shortest_password(bound))
    }

    /// Whose password a link replaces, and whether a second factor stands beside it for good.
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

    /// Changes the password, ends every other session, and tells the owner by mail.
    ///
    /// # Errors
    /// 422 where the current password is wrong or the new one won't do, 429 after too many wrong ones.
    pub async fn change_password(
        &self,
        principal: &Principal,
        form: ChangePassword,
        caller: &Caller,
    ) -> Result<(), Error> {
        let owner = self.check_password(principal, "/current_password", &form.current_password, caller).await?;
        let user = principal.user_id;
        let bound = principal.level == Level::TwoFactor && self.db.read(move |conn| is_bound(conn, user)).await?;
        let known = [owner.email.as_str(), owner.name.as_str()];
        let hash = self.hash_chosen("/new_password", &form.new_password, &known, bound, &caller.block()).await?;
        let change = self.change(caller, Event::PasswordChanged, principal.session(), form.keep_api_tokens);
        self.db
            .write(move |conn| {
                // Whoever reset it meanwhile did so by the mailbox, and wins.
                if store::hold(conn, owner.id)?.password_hash != owner.password_hash {
                    return Err(Error::invalid(vec![Fault::new("/current_password", "wrong_password")]));
                }
                if bound && !is_bound(conn, owner.id)? {
                    return Err(Error::conflict("rights_changed"));
                }
                change.replace(conn, owner.id, &hash, bound)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }

    fn change(&self, caller: &Caller, event: Event, keep: Option<Id>, keep_tokens: bool) -> Change {
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

/// Whether a second factor stands beside a person's password for good.
fn is_bound(conn: &mut Conn, user: Id) -> Result<bool, Error> {
    let required = policy::requires_second_factor(&appointments::of_user(conn, user)?);
    Ok(required && !factors::methods(conn, user)?.is_empty())
}

/// A change of a password and what goes with it.
struct Change {
    audit: Audit,
    outbox: Outbox,
    trace: Trace,
    now: Timestamp,
    event: Event,
    /// The session that goes on.
    keep: Option<Id>,
    /// Whether API tokens stay good.
    keep_tokens: bool,
}

impl Change {
    /// `short` is whether the new password was chosen by the rule for those who have a second factor.
    fn replace(&self, conn: &mut Conn, owner: Id, hash: &str, short: bool) -> Result<(), Error> {
        store::set_password(conn, owner, hash, self.now)?;
        password::store::set_short(conn, owner, short)?;
        let sessions = sessions::end_all(conn, owner, self.keep, self.now)?;
        let tokens = if self.keep_tokens { 0 } else { tokens::revoke_all(conn, owner, self.now)? };
        store::spend_tokens_of(conn, Purpose::ResetPassword, Some(owner), self.now)?;
        store::spend_pending(conn, owner, self.now)?;
        let entry = match self.keep {
            Some(_) => Entry::own(self.event, owner),
            None => Entry::anonymous(self.event, Some(owner)),
        };
        let ended = json!({"sessions": sessions, "api_tokens": tokens});
        self.audit.note(conn, &self.trace, &entry.with(ended))?;
        notices::password_changed(conn, &self.outbox, owner, tokens, self.now)
    }
}

/// Mails a link to choose a new password; older ones are no longer good.
pub(super) fn post_link(conn: &mut Conn, owner: &Credentials, restart: &Restart<'_>) -> Result<(), Error> {
    let Restart { kind, reason, outbox, life, now, random, .. } = *restart;
    let secret = random.secret();
    store::spend_tokens_of(conn, Purpose::ResetPassword, Some(owner.id), now)?;
    store::insert_token(conn, &secret, &NewToken::of(Purpose::ResetPassword, owner.id, now.plus(life)), now)?;
    let letter = Letter {
        kind,
        name: owner.name.clone(),
        args: vec![("minutes", (life.as_secs() / 60).to_string()), ("reason", reason.to_owned())],
        link: Some(format!("/reset?token={secret}")),
    };
    outbox.post_newest(conn, &owner.recipient(), &letter, life, format!("reset:{}", owner.id))
}
