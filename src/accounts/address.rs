//! The units of work of a change of address: request, confirmation, undo.

use super::mails::{AddressChangeAsked, AddressChanged, ConfirmAddress};
use super::{Accounts, NOTICE_LIFE};
use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::identity::{self, AddressChange, Purpose, RestartCause};
use crate::mail::{EmailAddress, Recipient};
use crate::policy::Principal;
use crate::service::UnitOfWork;
use crate::throttle::{Bucket, Causer};

impl UnitOfWork<Accounts> {
    /// Only the owner of the new address learns whether it has an account.
    pub(super) fn ask_address(&self, conn: &mut Conn, asker: &Principal, address: &EmailAddress) -> Result<(), Error> {
        let owner = asker.user_id;
        let person = identity::get_user(conn, owner)?;
        // Limits for each person, and for each person and new mailbox, so that no one can flood mailboxes. People with an
        // appointment in force have only these: nobody else uses up theirs. All others share one limit for each mailbox,
        // since a stranger can have many accounts that wait for a decision.
        self.throttle.charge(conn, Bucket::AddressChange, &owner.to_string())?;
        let mailbox = address.mailbox_key();
        let is_in_force = asker.appointments.iter().any(|held| held.status.is_listed());
        let is_mailed = self.throttle.admits(conn, Bucket::NewAddress, &format!("{owner} {mailbox}"))?
            && (is_in_force || self.throttle.admits(conn, Bucket::NewMailbox, &mailbox)?);
        if is_mailed {
            self.throttle.charge_mail_out(conn, Causer::Person(owner))?;
        }
        self.record(conn, &Entry::own(Event::AddressChangeAsked, owner))?;
        let old = EmailAddress::parse(&person.email).map_err(|_stored| Error::internal("a stored address is none"))?;
        let (lives, now) = (self.service.lives, self.now);
        let (undo, confirm) = (self.random.secret(), self.random.secret());
        identity::store_address_link(conn, Purpose::UndoAddress, &undo, asker, &old, now.plus(lives.undo), now)?;
        let mail = AddressChangeAsked { days: lives.undo.as_secs() / 86_400, token: undo };
        self.outbox.post(conn, &person.recipient(), &mail, NOTICE_LIFE)?;
        if !is_mailed {
            return Ok(());
        }
        // Stored in either case: the asker's export has it, and does not reveal whether the address has an account.
        let until = now.plus(lives.confirm);
        identity::store_address_link(conn, Purpose::ConfirmAddress, &confirm, asker, address, until, now)?;
        // The owner's own address in other capitals is free.
        if let Some(known) = identity::find_user(conn, address)?.filter(|known| known.id != owner) {
            return identity::address_is_known(conn, &self.outbox, &known);
        }
        let to = Recipient::unverified(address, person.preferred_language);
        let mail = ConfirmAddress { hours: lives.confirm.as_secs() / 3_600, token: confirm };
        self.outbox.post_newest(conn, &to, &mail, lives.confirm, identity::asks_to_confirm(owner))
    }

    pub(super) fn confirm_address(&self, conn: &mut Conn, secret: &str) -> Result<(), Error> {
        let AddressChange { user, address } = identity::spend_confirmation(conn, secret, self.now)?;
        self.set_address(conn, user, &address)?;
        self.record(conn, &Entry::anonymous(Event::AddressChanged, Some(user)))?;
        let owner = identity::get_user(conn, user)?;
        self.notify(conn, &owner, &AddressChanged {})
    }

    pub(super) fn undo_address(&self, conn: &mut Conn, secret: &str) -> Result<(), Error> {
        let (change, without_factors_since) = identity::spend_way_back(conn, secret, self.now)?;
        let AddressChange { user, address } = change;
        self.set_address(conn, user, &address)?;
        self.record(conn, &Entry::anonymous(Event::AddressChangeUndone, Some(user)))?;
        identity::begin_again(conn, user, &self.restart(RestartCause::AddressChangeUndone, without_factors_since))
    }

    fn set_address(&self, conn: &mut Conn, user: Id, address: &EmailAddress) -> Result<(), Error> {
        // Another account may have got the address since the link was mailed.
        let taken = identity::find_user(conn, address)?.is_some_and(|known| known.id != user);
        if taken {
            return Err(Error::link_spent());
        }
        identity::change_address(conn, user, address, self.now)?;
        // A link back from a thief's change also takes back what the thief requested afterwards.
        identity::keep(self, conn, user)?;
        self.outbox.address_works(conn, &address.key())?;
        directory::set_email(conn, user, address.as_str(), self.now)
    }
}
