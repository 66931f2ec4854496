//! People as other features need them: found, made, changed, and shown to read their mail.

use std::collections::BTreeSet;
use std::time::Duration;

use super::store::{self, NewToken};
use super::types::{Credentials, NewUser, Purpose};
use super::{factors, notices, recovery, sessions, tokens};
use crate::appointments::Role;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::{EmailAddress, Outbox};
use crate::random::Random;
use crate::time::Timestamp;

/// How long the name of before is shown beside one that was changed.
pub const NAME_SHOWN: Duration = Duration::from_hours(24 * 30);

/// Makes a person.
///
/// # Errors
/// 409 where the address has an account already.
pub fn create_user(conn: &mut Conn, new: &NewUser, now: Timestamp, random: &Random) -> Result<Id, Error> {
    if store::credentials(conn, &new.email.key())?.is_some() {
        return Err(Error::conflict("account_exists"));
    }
    let id = Id::new(now, random);
    store::insert_users(conn, &[(id, new.clone())], now)?;
    Ok(id)
}

/// Makes those of these people whose addresses have no account yet; returns whom it left out. Many at a time cost little more
/// than one.
///
/// # Errors
/// Where the database says no.
pub fn create_missing(conn: &mut Conn, people: &[(Id, NewUser)], now: Timestamp) -> Result<BTreeSet<Id>, Error> {
    let keys: Vec<String> = people.iter().map(|(_, new)| new.email.key()).collect();
    let known = store::known_addresses(conn, &keys)?;
    let (there, missing): (Vec<_>, Vec<_>) =
        people.iter().cloned().partition(|(_, new)| known.contains(&new.email.key()));
    store::insert_users(conn, &missing, now)?;
    Ok(there.into_iter().map(|(id, _)| id).collect())
}

/// The person with this id, whom nobody else changes until this unit of work ends.
///
/// # Errors
/// 404 where there is none.
pub fn hold_user(conn: &mut Conn, id: Id) -> Result<Credentials, Error> {
    store::hold(conn, id)
}

/// Who has this address.
///
/// # Errors
/// Where the database says no.
pub fn find_user(conn: &mut Conn, address: &EmailAddress) -> Result<Option<Credentials>, Error> {
    store::credentials(conn, &address.key())
}

/// The person with this id.
///
/// # Errors
/// 404 where there is none.
pub fn get_user(conn: &mut Conn, id: Id) -> Result<Credentials, Error> {
    store::credentials_of(conn, id)
}

/// Everybody who runs the portal.
///
/// # Errors
/// Where the database says no.
pub fn secretariat(conn: &mut Conn) -> Result<Vec<Credentials>, Error> {
    store::holders(conn, Role::Secretariat)
}

/// Who coordinates this organisation.
///
/// # Errors
/// Where the database says no.
pub fn coordinators(conn: &mut Conn, organisation: Id) -> Result<Vec<Credentials>, Error> {
    store::coordinators(conn, organisation)
}

/// People by their ids, in the order of the ids.
///
/// # Errors
/// Where the database says no.
pub fn users(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Credentials>, Error> {
    store::users(conn, ids)
}

/// Changes the language a person reads.
///
/// # Errors
/// Where the database says no.
pub fn set_language(conn: &mut Conn, id: Id, language: Language, now: Timestamp) -> Result<(), Error> {
    store::set_language(conn, id, language, now)
}

/// Gives a person, who is held, another name. The one before stays beside it for [`NAME_SHOWN`]: after several changes the
/// first of them, so that nobody hides behind a second change.
///
/// # Errors
/// Where the database says no.
pub fn rename(conn: &mut Conn, person: &Credentials, name: &str, now: Timestamp) -> Result<(), Error> {
    let is_recent = person.name_changed_at.is_some_and(|at| now < at.plus(NAME_SHOWN));
    let shown = person.previous_name.as_deref().filter(|_| is_recent).unwrap_or(&person.name);
    store::set_name(conn, person.id, name, shown, now)
}

/// Stores the secret that verifies an application's address.
///
/// # Errors
/// Where the database says no.
pub fn store_verification(
    conn: &mut Conn,
    secret: &str,
    registration: Id,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let token = NewToken {
        purpose: Purpose::VerifyAddress,
        user_id: None,
        registration_id: Some(registration),
        email: None,
        name: None,
        payload: None,
        expires_at,
    };
    store::insert_token(conn, secret, &token, now)
}

/// The application whose address this secret verifies, while it is good; uses nothing up.
///
/// # Errors
/// 410 where it is spent.
pub fn look_at_verification(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    store::look_at_token(conn, Purpose::VerifyAddress, secret, now)?.registration_id.ok_or_else(Error::link_spent)
}

/// Uses up the secret that verifies an application's address; returns the application.
///
/// # Errors
/// 410 where it is spent.
pub fn spend_verification(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    store::spend_token(conn, Purpose::VerifyAddress, secret, now)?.registration_id.ok_or_else(Error::link_spent)
}

/// Suspends a person, or with None reinstates, and then ends every session; returns whether that changed anything.
///
/// # Errors
/// Where the database says no.
pub fn set_suspended(conn: &mut Conn, id: Id, reason: Option<&str>, now: Timestamp) -> Result<bool, Error> {
    store::hold(conn, id)?;
    let changed = store::set_suspended(conn, id, reason.map(|reason| (reason, now)), now)?;
    if changed && reason.is_some() {
        end_access(conn, id, now)?;
    }
    Ok(changed)
}

/// How much of a person's access was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: usize,
    /// API tokens.
    pub tokens: usize,
}

impl Ended {
    /// Whether there was nothing to end.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self.sessions == 0 && self.tokens == 0
    }
}

/// Ends every session of a person, every login that is under way, and every API token. Holds the person first: what a request
/// of those sessions is writing comes before this, and is ended too, or is refused.
///
/// # Errors
/// Where the database says no.
pub fn end_access(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Ended, Error> {
    store::hold(conn, id)?;
    store::spend_pending(conn, id, now)?;
    Ok(Ended { sessions: sessions::end_all(conn, id, None, now)?, tokens: tokens::revoke_all(conn, id, now)? })
}

/// Ends every session of a person, who has to log in again; API tokens stay good.
///
/// # Errors
/// Where the database says no.
pub fn end_sessions(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    store::hold(conn, id)?;
    sessions::end_all(conn, id, None, now).map(|_| ())
}

/// Ends access like [`end_access`], for an officer; the owner is told by mail.
///
/// # Errors
/// Where the database says no.
pub fn end_access_of(conn: &mut Conn, id: Id, outbox: &Outbox, now: Timestamp) -> Result<Ended, Error> {
    let ended = end_access(conn, id, now)?;
    if !ended.is_nothing() {
        notices::access_ended(conn, outbox, id, "secretariat", ended)?;
    }
    Ok(ended)
}

/// How a person begins again.
#[derive(Clone, Copy)]
pub struct Restart<'a> {
    /// The letter that brings the link.
    pub kind: &'static str,
    /// Why, for that letter.
    pub reason: &'a str,
    /// Second factors that were added since then go too.
    pub without_factors_since: Timestamp,
    /// Where mail is put.
    pub outbox: &'a Outbox,
    /// How long the link is good.
    pub life: Duration,
    /// The time.
    pub now: Timestamp,
    /// Randomness.
    pub random: &'a Random,
}

impl<'a> Restart<'a> {
    /// A link alone, which ends nothing.
    pub(super) fn letter(
        kind: &'static str,
        outbox: &'a Outbox,
        life: Duration,
        now: Timestamp,
        random: &'a Random,
    ) -> Self {
        Self { kind, reason: "", without_factors_since: now, outbox, life, now, random }
    }
}

/// Lets a person begin again whose account is no longer safely one's own: sessions, API tokens and the password are
/// worthless, and a mailed link lets whoever reads the address choose a new password.
///
/// # Errors
/// Where the database says no.
pub fn begin_again(conn: &mut Conn, id: Id, restart: &Restart<'_>) -> Result<(), Error> {
    let now = restart.now;
    store::hold(conn, id)?;
    factors::remove_since(conn, id, restart.without_factors_since)?;
    end_access(conn, id, now)?;
    // No hash, and so no password: nobody but who follows the link comes in.
    store::set_password(conn, id, "", now)?;
    let owner = store::credentials_of(conn, id)?;
    recovery::post_link(conn, &owner, restart)
}

/// Stores a link by which a person confirms, or takes back, a change of address.
///
/// # Errors
/// Where the database says no.
pub fn store_address_link(
    conn: &mut Conn,
    purpose: Purpose,
    secret: &str,
    user: Id,
    address: &EmailAddress,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    // Of new addresses the last one asked for counts. Of ways back every one stays good: a thief must not cut the
    // owner's by asking again.
    if purpose == Purpose::ConfirmAddress {
        store::spend_tokens_of(conn, purpose, Some(user), now)?;
    }
    let token = NewToken { email: Some(address.as_str()), ..NewToken::of(purpose, user, expires_at) };
    store::insert_token(conn, secret, &token, now)
}

/// What a link of a change of address says.
pub struct AddressChange {
    /// Whose it is.
    pub user: Id,
    /// The address it leads to: the new one, or back to the old.
    pub address: EmailAddress,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// Uses up such a link. A way back also uses up those that were made after it, which may be a thief's.
///
/// # Errors
/// 410 where it is spent.
pub fn spend_address_link(
    conn: &mut Conn,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<AddressChange, Error> {
    let spent = store::spend_token(conn, purpose, secret, now)?;
    let address = spent.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
    let user = spent.user_id.ok_or_else(Error::link_spent)?;
    if purpose == Purpose::UndoAddress {
        store::spend_tokens_since(conn, purpose, user, spent.created_at, now)?;
    }
    Ok(AddressChange { user, address: address.ok_or_else(Error::link_spent)?, asked_at: spent.created_at })
}

/// Gives a person another address, and makes a change that is under way worthless.
///
/// # Errors
/// 409 where somebody has it.
pub fn change_address(conn: &mut Conn, id: Id, address: &EmailAddress, now: Timestamp) -> Result<(), Error> {
    // What was mailed to the address that is left.
    for purpose in [Purpose::ConfirmAddress, Purpose::ResetPassword, Purpose::KeepAccount] {
        store::spend_tokens_of(conn, purpose, Some(id), now)?;
    }
    // The way back to an address that a thief had changed also takes back what the thief asked for after that.
    store::set_erase_at(conn, id, None, now)?;
    store::set_email(conn, id, address, now)
}
