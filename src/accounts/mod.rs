//! Accounts as the Secretariat manages them, and a person's change of address.
//!
//! A suspension ends every session and API token, for writes at once and for reads within two seconds, and hides the person in the
//! directory; reinstating shows the contact again. Open grants of the person (invitations, hand-overs, planned announcements) are
//! withdrawn, and reinstating does not bring them back. A person who lost the second factors gets a mailed link to begin again: no
//! officer chooses another person's password.
//!
//! An address is changed when the new one has proven that it is read. The old one is told at once and for a week can take
//! the change back, which also ends every session and mails a link for a new password, so that a thief does not keep the account by
//! moving the mail.
//!
//! Left out: erasing an account (`privacy`).

pub mod routes;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::{Error, Faults};
use crate::identity::{self, AddressChange, Credentials, Purpose, Restart};
use crate::mail::{EmailAddress, Letter, Outbox, Recipient};
use crate::policy::{self, Principal};
use crate::random::Random;
use crate::text;
use crate::throttle::{Bucket, Causer, Throttle};
use crate::time::Timestamp;
pub use types::{Account, AccountList, AccountQuery, AddressLink, ChangeAddress, Reason};

/// How long a notice is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(48);
/// Longest reason of a suspension.
const MAX_REASON: usize = 500;

/// What the units of work need beside a connection.
struct Desk {
    audit: Audit,
    throttle: Arc<Throttle>,
    outbox: Outbox,
    random: Random,
    trace: Trace,
    now: Timestamp,
    confirm_life: Duration,
    undo_life: Duration,
    reset_life: Duration,
}

impl Desk {
    fn suspend(&self, conn: &mut Conn, officer: Id, user: Id, reason: &str) -> Result<Account, Error> {
        // Of two officers who suspend each other at once, the second finds oneself suspended: somebody is always left.
        conn.exclude_others()?;
        if identity::get_user(conn, officer)?.suspended_at.is_some() {
            return Err(Error::unauthenticated("session_ended"));
        }
        // The same of an officer who has just resigned.
        if !policy::is_secretariat(&appointments::of_user(conn, officer)?) {
            return Err(Error::forbidden("secretariat_only"));
        }
        let owner = identity::get_user(conn, user)?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), user)?;
        if !identity::set_suspended(conn, user, Some(reason), self.now)? {
            return Err(Error::conflict("already_suspended"));
        }
        directory::set_listed_of(conn, user, false, self.now)?;
        self.note(conn, &Entry::by(Event::UserSuspended, officer, user))?;
        self.tell(conn, &owner, "account_suspended", vec![("reason", reason.to_owned())])?;
        account(conn, user)
    }

    fn reinstate(&self, conn: &mut Conn, officer: Id, user: Id) -> Result<Account, Error> {
        let owner = identity::get_user(conn, user)?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), user)?;
        if !identity::set_suspended(conn, user, None, self.now)? {
            return Err(Error::conflict("not_suspended"));
        }
        directory::set_listed_of(conn, user, true, self.now)?;
        self.note(conn, &Entry::by(Event::UserReinstated, officer, user))?;
        self.tell(conn, &owner, "account_reinstated", Vec::new())?;
        account(conn, user)
    }

    fn end_sessions(&self, conn: &mut Conn, officer: Id, user: Id) -> Result<(), Error> {
        identity::get_user(conn, user)?;
        let ended = identity::end_access_of(conn, user, &self.outbox, self.now)?;
        let detail = json!({"sessions": ended.sessions, "api_tokens": ended.tokens});
        self.note(conn, &Entry::by(Event::SessionsEnded, officer, user).with(detail))
    }

    fn reset_factors(&self, conn: &mut Conn, officer: Id, user: Id, reason: &str) -> Result<(), Error> {
        identity::get_user(conn, user)?;
        self.throttle.charge_mail(conn, Causer::Officer(officer), user)?;
        identity::begin_again(conn, user, &self.restart("factors_reset", reason, Timestamp::from_micros(0)))?;
        self.note(conn, &Entry::by(Event::FactorsReset, officer, user))
    }

    /// Mails a link to the new address and word to the old one. Whether the new one has an account, nobody is told but its owner.
    fn ask_address(&self, conn: &mut Conn, owner: &Principal, address: &EmailAddress) -> Result<(), Error> {
        let person = identity::get_user(conn, owner.user_id)?;
        // Nobody fills another's mailbox from here: neither by one address nor by many. What others ask for at this address is
        // counted apart, so that a stranger cannot use up its owner's budget.
        self.throttle.charge(conn, Bucket::AddressChange, &owner.user_id.to_string())?;
        let asked = format!("{} {}", owner.user_id, address.key());
        let mailed = self.throttle.admits(conn, Bucket::NewAddress, &asked)?;
        if mailed {
            self.throttle.charge_mail_out(conn, Causer::Person(owner.user_id))?;
        }
        self.note(conn, &Entry::own(Event::AddressChangeAsked, owner.user_id))?;
        let old = EmailAddress::parse(&person.email).map_err(|_stored| Error::internal("a stored address is none"))?;
        let (undo, confirm) = (self.random.secret(), self.random.secret());
        let (user, now) = (owner.user_id, self.now);
        let until = now.plus(self.undo_life);
        identity::store_address_link(conn, Purpose::UndoAddress, &undo, user, &old, until, now)?;
        let letter = Letter {
            kind: "address_change_asked",
            name: person.name.clone(),
            args: vec![("days", (self.undo_life.as_secs() / 86_400).to_string())],
            link: Some(format!("/undo-address?token={undo}")),
        };
        self.outbox.post(conn, &person.recipient(), &letter, NOTICE_LIFE)?;
        if !mailed {
            return Ok(());
        }
        if let Some(known) = identity::find_user(conn, address)? {
            return identity::address_is_known(conn, &self.outbox, &known);
        }
        let until = now.plus(self.confirm_life);
        identity::store_address_link(conn, Purpose::ConfirmAddress, &confirm, user, address, until, now)?;
        let to = Recipient::unverified(address, person.preferred_language);
        let letter = Letter {
            kind: "confirm_address",
            name: String::new(),
            args: vec![("hours", (self.confirm_life.as_secs() / 3_600).to_string())],
            link: Some(format!("/confirm-address?token={confirm}")),
        };
        self.outbox.post_newest(conn, &to, &letter, self.confirm_life, format!("confirm_address:{user}"))
    }

    fn confirm_address(&self, conn: &mut Conn, secret: &str) -> Result<(), Error> {
        let AddressChange { user, address, .. } =
            identity::spend_address_link(conn, Purpose::ConfirmAddress, secret, self.now)?;
        self.move_to(conn, user, &address)?;
        self.note(conn, &Entry::anonymous(Event::AddressChanged, Some(user)))?;
        let owner = identity::get_user(conn, user)?;
        self.tell(conn, &owner, "address_changed", Vec::new())
    }

    fn undo_address(&self, conn: &mut Conn, secret: &str) -> Result<(), Error> {
        let AddressChange { user, address, asked_at } =
            identity::spend_address_link(conn, Purpose::UndoAddress, secret, self.now)?;
        self.move_to(conn, user, &address)?;
        self.note(conn, &Entry::anonymous(Event::AddressChangeUndone, Some(user)))?;
        // A factor that was there before the change is the owner's, and stays.
        identity::begin_again(conn, user, &self.restart("address_change_undone", "", asked_at))
    }

    fn restart<'a>(&'a self, kind: &'static str, reason: &'a str, without_factors_since: Timestamp) -> Restart<'a> {
        let (outbox, random) = (&self.outbox, &self.random);
        Restart { kind, reason, without_factors_since, outbox, life: self.reset_life, now: self.now, random }
    }

    fn move_to(&self, conn: &mut Conn, user: Id, address: &EmailAddress) -> Result<(), Error> {
        // Somebody may have registered with it in the meantime.
        let taken = identity::find_user(conn, address)?.is_some_and(|known| known.id != user);
        if taken {
            return Err(Error::link_spent());
        }
        identity::change_address(conn, user, address, self.now)?;
        self.outbox.address_works(conn, &address.key())?;
        directory::set_email(conn, user, address.as_str(), self.now)
    }

    fn note(&self, conn: &mut Conn, entry: &Entry) -> Result<(), Error> {
        self.audit.note(conn, &self.trace, entry)
    }

    fn tell(
        &self,
        conn: &mut Conn,
        owner: &Credentials,
        kind: &'static str,
        args: crate::i18n::Args,
    ) -> Result<(), Error> {
        let letter = Letter { kind, name: owner.name.clone(), args, link: None };
        self.outbox.post(conn, &owner.recipient(), &letter, NOTICE_LIFE)
    }
}

fn account(conn: &mut Conn, user: Id) -> Result<Account, Error> {
    let Credentials { id, email, name, suspended_at, .. } = identity::get_user(conn, user)?;
    Ok(Account { id, email, name, suspended_at, appointments: appointments::of_user(conn, user)? })
}

fn find_account(conn: &mut Conn, address: &EmailAddress) -> Result<Vec<Account>, Error> {
    let found = identity::find_user(conn, address)?;
    found.map(|owner| account(conn, owner.id)).into_iter().collect()
}

/// Reads a reason.
fn reason(text: &str) -> Result<String, Error> {
    let mut faults = Faults::new();
    let reason = faults.take("/reason", text::block(text, MAX_REASON));
    faults.finish_with(reason)
}
