//! Accounts: suspension by the Secretariat, and a person's change of address.
//!
//! A suspension ends every session and API token (for writes at once, for reads within two seconds) and hides the
//! person in the directory; a reinstatement shows the contact again. Open grants of the person (invitations,
//! hand-overs, planned announcements) are withdrawn, and a reinstatement does not restore them. A person who lost the
//! second factors gets a link by mail to choose a new password and add factors again: no officer chooses another
//! person's password.
//!
//! An address changes once a link that was mailed to the new address is followed (`address`), as long as the session that asked for
//! the change is trusted. The old address is notified at once, with a link that undoes the change for a week. The undo link also ends
//! every session and mails a link for a new password, so that a thief cannot keep the account by changing its address.
//! `identity` limits its power over second factors, since others may read a mailbox that was left (`address_changes`).
//!
//! Left out: erasure of an account (`privacy`).

mod address;
pub(crate) mod mails;
pub mod pages;
pub mod routes;
mod rules;
mod types;

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

pub use rules::MAX_REASON;
pub use types::{Account, AccountList, AccountQuery, AddressLink, ChangeAddress, Reason};

use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Id, Writer};
use crate::directory;
use crate::error::{Error, ProblemCode};
use crate::http::{RequestContext, pad_response_time};
use crate::identity::{self, Credentials, Identity, Purpose, Restart, RestartCause};
use crate::mail::{Author, EmailAddress, Quote, SystemMail};
use crate::policy::{self, Principal};
use crate::secrets::fingerprint;
use crate::service::{FollowUp, Foundation, Service, UnitOfWork};
use crate::throttle::Causer;
use crate::time::Timestamp;
use mails::{AccountReinstated, AccountSuspended};

/// How long a notice is tried to be delivered.
const NOTICE_LIFE: Duration = Duration::from_hours(48);

/// Accounts, and changes of their addresses. Cloning is cheap.
#[derive(Clone)]
pub struct Accounts {
    foundation: Foundation,
    identity: Arc<Identity>,
    lives: LinkLives,
    /// Withdraws open grants of people who lost their rights.
    grant_review: FollowUp,
}

/// How long mailed links are valid.
#[derive(Clone, Copy)]
struct LinkLives {
    /// The link that confirms a new address.
    confirm: Duration,
    /// The link that undoes a change of address.
    undo: Duration,
    /// The link to choose a new password.
    reset: Duration,
}

impl From<&config::Identity> for LinkLives {
    fn from(settings: &config::Identity) -> Self {
        Self {
            confirm: Duration::from_secs(3_600 * settings.verify_link_hours),
            undo: Duration::from_secs(3_600 * settings.undo_link_hours),
            reset: Duration::from_secs(60 * settings.reset_link_minutes),
        }
    }
}

impl Service for Accounts {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Accounts {
    /// The service. `grant_review` withdraws open grants of people who lost their rights.
    #[must_use]
    pub fn new(
        settings: &config::Identity,
        foundation: Foundation,
        identity: Arc<Identity>,
        grant_review: FollowUp,
    ) -> Self {
        Self { foundation, identity, lives: LinkLives::from(settings), grant_review }
    }

    /// The account with this address, if there is one.
    pub async fn find(&self, address: EmailAddress) -> Result<Vec<Account>, Error> {
        self.read(move |conn| {
            let found = identity::find_user(conn, &address)?;
            found.map(|owner| account(conn, owner.id)).into_iter().collect()
        })
        .await
    }

    /// An account.
    ///
    /// # Errors
    /// 404.
    pub async fn get(&self, id: Id) -> Result<Account, Error> {
        self.read(move |conn| account(conn, id)).await
    }

    /// Suspends an account, and withdraws the open grants of its owner before it returns.
    ///
    /// # Errors
    /// 403 for the officer's own account, 404, 409 where it is suspended, 422 for the reason, 429.
    pub async fn suspend(&self, officer: &Principal, trace: Trace, id: Id, reason: &str) -> Result<Account, Error> {
        policy::check_other(officer, id)?;
        let (officer, reason) = (officer.user_id, rules::reason(reason)?);
        let account =
            self.write_about(trace, vec![id], move |unit, conn| unit.suspend(conn, officer, id, &reason)).await?;
        self.grant_review.run().await;
        Ok(account)
    }

    /// Reinstates a suspended account.
    ///
    /// # Errors
    /// 403 for the officer's own account, 404, 409 where it is not suspended, 429.
    pub async fn reinstate(&self, officer: &Principal, trace: Trace, id: Id) -> Result<Account, Error> {
        policy::check_other(officer, id)?;
        let officer = officer.user_id;
        self.write_about(trace, vec![id], move |unit, conn| unit.reinstate(conn, officer, id)).await
    }

    /// Ends every session and API token of an account, and notifies its owner.
    ///
    /// # Errors
    /// 404.
    pub async fn end_sessions(&self, officer: Id, trace: Trace, id: Id) -> Result<(), Error> {
        self.write_about(trace, vec![id], move |unit, conn| unit.end_sessions(conn, officer, id)).await
    }

    /// Removes the second factors of an account, and mails its owner a link for a new password.
    ///
    /// # Errors
    /// 403 for the officer's own account, 404, 422 for the reason, 429.
    pub async fn reset_factors(&self, officer: &Principal, trace: Trace, id: Id, reason: &str) -> Result<(), Error> {
        policy::check_other(officer, id)?;
        let (officer, reason) = (officer.user_id, rules::reason(reason)?);
        self.write_about(trace, vec![id], move |unit, conn| unit.reset_factors(conn, officer, id, &reason)).await
    }

    /// Begins a change of address: mails a link to the new address, and a notice with the undo link to the old one. The
    /// answer and its time do not reveal whether the new address has an account.
    ///
    /// # Errors
    /// 422 for the address, 429.
    pub async fn ask_address(&self, owner: Arc<Principal>, trace: Trace, email: &str) -> Result<(), Error> {
        let address = rules::new_address(email, &owner.email)?;
        let asked = self.write(trace, move |unit, conn| unit.ask_address(conn, &owner, &address));
        pad_response_time(&self.foundation.random, Box::pin(asked)).await
    }

    /// Changes an address by the link that was mailed to it.
    ///
    /// # Errors
    /// 410.
    pub async fn confirm_address(&self, caller: &RequestContext, token: SecretString) -> Result<(), Error> {
        self.identity.admit_link(Purpose::ConfirmAddress, &token).await?;
        self.foundation.admit_link(caller, Writer::of_link(&fingerprint(token.expose_secret()))).await?;
        self.write(caller, move |unit, conn| unit.confirm_address(conn, token.expose_secret())).await
    }

    /// Undoes a change of address by the link that was mailed to the old one.
    ///
    /// # Errors
    /// 410.
    pub async fn undo_address(&self, caller: &RequestContext, token: SecretString) -> Result<(), Error> {
        self.identity.admit_link(Purpose::UndoAddress, &token).await?;
        self.foundation.admit_link(caller, Writer::of_link(&fingerprint(token.expose_secret()))).await?;
        self.write(caller, move |unit, conn| unit.undo_address(conn, token.expose_secret())).await
    }
}

impl UnitOfWork<Accounts> {
    fn suspend(&self, conn: &mut Conn, officer: Id, id: Id, reason: &str) -> Result<Account, Error> {
        // Of two officers who suspend each other at the same time, the second finds the own account suspended: one of
        // them stays active.
        conn.exclude_others()?;
        if identity::get_user(conn, officer)?.suspended_at.is_some() {
            return Err(Error::unauthenticated(ProblemCode::SessionEnded));
        }
        // The officer may have resigned a moment ago.
        if !policy::is_secretariat(&appointments::of_user(conn, officer)?) {
            return Err(Error::forbidden(ProblemCode::SecretariatOnly));
        }
        let owner = identity::get_user(conn, id)?;
        if !identity::set_suspended(conn, id, Some(reason), self.now)? {
            return Err(Error::conflict(ProblemCode::AlreadySuspended));
        }
        directory::set_listed_of(conn, id, false, self.now)?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), id)?;
        self.record(conn, &Entry::by(Event::UserSuspended, officer, id))?;
        self.notify(conn, &owner, &AccountSuspended { reason: Quote::new(reason, Author::Secretariat) })?;
        account(conn, id)
    }

    fn reinstate(&self, conn: &mut Conn, officer: Id, id: Id) -> Result<Account, Error> {
        let owner = identity::get_user(conn, id)?;
        if !identity::set_suspended(conn, id, None, self.now)? {
            return Err(Error::conflict(ProblemCode::NotSuspended));
        }
        directory::set_listed_of(conn, id, owner.name_flagged_at.is_none(), self.now)?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), id)?;
        self.record(conn, &Entry::by(Event::UserReinstated, officer, id))?;
        self.notify(conn, &owner, &AccountReinstated {})?;
        account(conn, id)
    }

    fn end_sessions(&self, conn: &mut Conn, officer: Id, id: Id) -> Result<(), Error> {
        identity::get_user(conn, id)?;
        let ended = identity::end_access_of(conn, id, &self.outbox, &self.throttle, self.now)?;
        let detail = json!({"sessions": ended.sessions, "api_tokens": ended.tokens, "devices": ended.devices});
        self.record(conn, &Entry::by(Event::SessionsEnded, officer, id).with(detail))
    }

    fn reset_factors(&self, conn: &mut Conn, officer: Id, id: Id, reason: &str) -> Result<(), Error> {
        identity::get_user(conn, id)?;
        let cause = RestartCause::FactorsReset(reason);
        identity::begin_again(conn, id, &self.restart(cause, Some(Timestamp::from_micros(0))))?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), id)?;
        self.record(conn, &Entry::by(Event::FactorsReset, officer, id))
    }

    fn restart<'a>(&'a self, cause: RestartCause<'a>, without_factors_since: Option<Timestamp>) -> Restart<'a> {
        let (outbox, random, life) = (&self.outbox, &self.random, self.service.lives.reset);
        Restart { cause, without_factors_since, outbox, life, now: self.now, random }
    }

    fn record(&self, conn: &mut Conn, entry: &Entry) -> Result<(), Error> {
        self.audit.record(conn, &self.trace, entry)
    }

    fn notify(&self, conn: &mut Conn, owner: &Credentials, mail: &dyn SystemMail) -> Result<(), Error> {
        self.outbox.post(conn, &owner.recipient(), mail, NOTICE_LIFE)
    }
}

fn account(conn: &mut Conn, id: Id) -> Result<Account, Error> {
    let Credentials { id, email, name, name_flagged_at, suspended_at, .. } = identity::get_user(conn, id)?;
    Ok(Account { id, email, name, name_flagged_at, suspended_at, appointments: appointments::of_user(conn, id)? })
}
