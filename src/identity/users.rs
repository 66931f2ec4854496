//! People for other features: find, create, change, end their access, and verify addresses of applications.

use std::collections::BTreeSet;

use super::mails::{EndedBy, RightsGained};
use super::recovery::{self, Restart};
use super::store::{self, Lock, NewToken};
use super::types::{Credentials, Ended, NewUser, Purpose};
use super::{address_changes, mfa, security_notifications, sessions, tokens, trusted_devices};
use crate::db::{Conn, Id, may_lock};
use crate::error::{Error, ProblemCode};
use crate::i18n::Language;
use crate::mail::{EmailAddress, Outbox};
use crate::random::Random;
use crate::throttle::Throttle;
use crate::time::Timestamp;

/// Creates a person.
///
/// # Errors
/// 409 if the address has an account already.
pub fn create_user(conn: &mut Conn, new: &NewUser, now: Timestamp, random: &Random) -> Result<Id, Error> {
    if store::credentials(conn, &new.email.key())?.is_some() {
        return Err(Error::conflict(ProblemCode::AccountExists));
    }
    let id = Id::new(now, random);
    store::insert_users(conn, &[(id, new.clone())], now)?;
    Ok(id)
}

/// Creates the people whose addresses have no account yet; returns those that it left out. Many at a time cost little
/// more than one.
pub fn create_missing(conn: &mut Conn, people: &[(Id, NewUser)], now: Timestamp) -> Result<BTreeSet<Id>, Error> {
    let keys: Vec<String> = people.iter().map(|(_, new)| new.email.key()).collect();
    let known = store::known_addresses(conn, &keys)?;
    let (there, missing): (Vec<_>, Vec<_>) =
        people.iter().cloned().partition(|(_, new)| known.contains(&new.email.key()));
    store::insert_users(conn, &missing, now)?;
    Ok(there.into_iter().map(|(id, _)| id).collect())
}

/// The number of accounts with another password hash than this one, which generated accounts for load tests have.
pub fn count_without_hash(conn: &mut Conn, hash: &str) -> Result<i64, Error> {
    store::count_without_hash(conn, hash)
}

/// The person with this id, locked until this unit of work ends.
///
/// # Errors
/// 404 if there is none.
pub fn lock_user(conn: &mut Conn, id: Id) -> Result<Credentials, Error> {
    store::lock_for_update(conn, id)
}

/// Locks people until this unit of work ends, in the order of their ids. People who are unknown are passed over.
///
/// # Errors
/// 503 if they come too late in the lock order (`db`): whom the work is about has changed since it began.
pub fn lock_people(conn: &mut Conn, people: &BTreeSet<Id>) -> Result<(), Error> {
    if !may_lock(people) {
        return Err(Error::busy());
    }
    people.iter().try_for_each(|person| store::lock(conn, *person, Lock::Change))
}

/// The owner of an address.
pub fn find_user(conn: &mut Conn, address: &EmailAddress) -> Result<Option<Credentials>, Error> {
    store::credentials(conn, &address.key())
}

/// The person with this id.
///
/// # Errors
/// 404 if there is none.
pub fn get_user(conn: &mut Conn, id: Id) -> Result<Credentials, Error> {
    store::credentials_of(conn, id)
}

/// People by their ids, in the order of the ids.
pub fn users(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Credentials>, Error> {
    store::users(conn, ids)
}

/// Changes the language a person reads.
pub fn set_language(conn: &mut Conn, id: Id, language: Language, now: Timestamp) -> Result<(), Error> {
    store::set_language(conn, id, language, now)
}

/// Changes the time zone in which pages show times to a person; none for UTC.
pub fn set_time_zone(conn: &mut Conn, id: Id, zone: Option<&str>, now: Timestamp) -> Result<(), Error> {
    store::set_time_zone(conn, id, zone, now)
}

/// Stores the secret that verifies an application's address.
pub fn store_verification(
    conn: &mut Conn,
    secret: &str,
    registration: Id,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let token =
        NewToken { registration_id: Some(registration), ..NewToken::nobodys(Purpose::VerifyAddress, expires_at) };
    store::insert_token(conn, secret, &token, now)
}

/// The application whose address this secret verifies, while it is good; uses nothing up.
///
/// # Errors
/// 410 if it is spent.
pub fn look_at_verification(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    store::look_at_token(conn, Purpose::VerifyAddress, secret, now)?.registration_id.ok_or_else(Error::link_spent)
}

/// Uses up the secret that verifies an application's address; returns the application.
///
/// # Errors
/// 410 if it is spent.
pub fn spend_verification(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    store::spend_token(conn, Purpose::VerifyAddress, secret, now)?.registration_id.ok_or_else(Error::link_spent)
}

/// Suspends a person, which ends every session and forgets the devices, or with None reinstates; returns whether that
/// changed anything.
pub fn set_suspended(conn: &mut Conn, id: Id, reason: Option<&str>, now: Timestamp) -> Result<bool, Error> {
    store::lock_for_update(conn, id)?;
    let changed = store::set_suspended(conn, id, reason.map(|reason| (reason, now)), now)?;
    if changed && reason.is_some() {
        end_access(conn, id, now)?;
        trusted_devices::forget(conn, id)?;
    }
    Ok(changed)
}

/// Ends every session of a person, every pending login, and every API token. Locks the person first, so that requests
/// of those sessions that are writing finish before, or are refused.
pub fn end_access(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Ended, Error> {
    store::lock_for_update(conn, id)?;
    store::spend_pending(conn, id)?;
    let (sessions, tokens) = (sessions::end_all(conn, id, None, now)?, tokens::revoke_all(conn, id, now)?);
    Ok(Ended { sessions, tokens, devices: false })
}

/// Ends the credentials from before an appointment that gives more rights, so that they do not get these: API tokens,
/// links of a change of address, and `with_sessions` every session. The owner is notified by mail how many tokens.
pub fn end_lesser_access(
    conn: &mut Conn,
    id: Id,
    with_sessions: bool,
    outbox: &Outbox,
    now: Timestamp,
) -> Result<(), Error> {
    store::lock_for_update(conn, id)?;
    address_changes::end_links(conn, id)?;
    if with_sessions {
        store::spend_pending(conn, id)?;
        sessions::end_all(conn, id, None, now)?;
    }
    let tokens = tokens::revoke_all(conn, id, now)?;
    if tokens > 0 { security_notifications::post(conn, outbox, id, &RightsGained { tokens }) } else { Ok(()) }
}

/// Ends access like [`end_access`] and forgets the devices, for an officer; the owner is notified by mail.
pub fn end_access_of(
    conn: &mut Conn,
    id: Id,
    outbox: &Outbox,
    throttle: &Throttle,
    now: Timestamp,
) -> Result<Ended, Error> {
    let ended = Ended { devices: true, ..end_access(conn, id, now)? };
    trusted_devices::forget(conn, id)?;
    security_notifications::access_ended(conn, outbox, throttle, id, EndedBy::Secretariat, ended)?;
    Ok(ended)
}

/// Resets an account that may be in the wrong hands: sessions, API tokens and the password are invalidated, and a link
/// to choose a new password is mailed to its address.
pub fn begin_again(conn: &mut Conn, id: Id, restart: &Restart<'_>) -> Result<(), Error> {
    let now = restart.now;
    store::lock_for_update(conn, id)?;
    if let Some(since) = restart.without_factors_since {
        mfa::remove_since(conn, id, since)?;
    }
    end_access(conn, id, now)?;
    // An empty hash matches no password, so only the link gives access.
    store::set_password(conn, id, "", now)?;
    let owner = store::credentials_of(conn, id)?;
    recovery::post_link(conn, &owner, restart)
}
