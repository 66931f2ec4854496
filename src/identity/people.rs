//! People as other features need them: found, made, changed, and shown to read their mail.

use super::store::{self, NewToken};
use super::types::{Credentials, NewUser, Purpose};
use crate::appointments::Role;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::random::Random;
use crate::time::Timestamp;

/// Makes a person.
///
/// # Errors
/// 409 where the address has an account already.
pub fn create_user(conn: &mut Conn, new: &NewUser, now: Timestamp, random: &Random) -> Result<Id, Error> {
    if store::credentials(conn, &new.email.key())?.is_some() {
        return Err(Error::conflict("account_exists"));
    }
    let id = Id::new(now, random);
    store::insert_user(conn, id, new, now)?;
    Ok(id)
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

/// A person applies anew with another name, language and password; earlier sessions end.
///
/// # Errors
/// Where the database says no.
pub fn renew(
    conn: &mut Conn,
    id: Id,
    name: &str,
    language: Language,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), Error> {
    store::update_user(conn, id, Some(name), Some(language), now)?;
    store::set_password(conn, id, password_hash, now)?;
    store::revoke_sessions(conn, id, None, now)
}

/// Everybody who runs the portal.
///
/// # Errors
/// Where the database says no.
pub fn secretariat(conn: &mut Conn) -> Result<Vec<Credentials>, Error> {
    store::holders(conn, Role::Secretariat)
}

/// People by their ids, in the order of the ids.
///
/// # Errors
/// Where the database says no.
pub fn users(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Credentials>, Error> {
    store::users(conn, ids)
}

/// Changes what is given of a person's name and language.
///
/// # Errors
/// Where the database says no.
pub fn update_user(
    conn: &mut Conn,
    id: Id,
    name: Option<&str>,
    language: Option<Language>,
    now: Timestamp,
) -> Result<(), Error> {
    store::update_user(conn, id, name, language, now)
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
        expires_at,
    };
    store::insert_token(conn, secret, &token, now)
}

/// Uses up the secret that verifies an application's address; returns the application.
///
/// # Errors
/// 410 where it is spent.
pub fn spend_verification(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    store::spend_token(conn, Purpose::VerifyAddress, secret, now)?.registration_id.ok_or_else(Error::link_spent)
}

/// Deletes sessions and secrets that ended before `bound`; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}
