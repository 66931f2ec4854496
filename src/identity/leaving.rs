//! An account that is about to be erased: nobody gets in any more, and one mailed link keeps it.

use super::people::end_access;
use super::store::{self, NewToken};
use super::types::Purpose;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Closes an account until it is erased at `at`; `secret` keeps it until then. Sessions and API tokens end.
///
/// # Errors
/// 401 where it is closed already.
pub fn leave(conn: &mut Conn, user: Id, at: Timestamp, secret: &str, now: Timestamp) -> Result<(), Error> {
    if store::hold(conn, user)?.is_closed() {
        return Err(Error::unauthenticated("session_ended"));
    }
    end_access(conn, user, now)?;
    store::spend_tokens_of(conn, Purpose::ResetPassword, Some(user), now)?;
    store::set_erase_at(conn, user, Some(at), now)?;
    store::insert_token(conn, secret, &NewToken::of(Purpose::KeepAccount, user, at), now)
}

/// Keeps an account whose owner applies again, having shown to read the mail of its address.
///
/// # Errors
/// Where the database says no.
pub fn keep(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    store::set_erase_at(conn, user, None, now)
}

/// Uses up the link that keeps an account; returns whose it is.
///
/// # Errors
/// 410 where it is spent, or the account was kept or erased in the meantime.
pub fn stay(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Id, Error> {
    let user = store::spend_token(conn, Purpose::KeepAccount, secret, now)?.user_id.ok_or_else(Error::link_spent)?;
    if store::hold(conn, user)?.erase_at.is_none() {
        return Err(Error::link_spent());
    }
    store::set_erase_at(conn, user, None, now)?;
    Ok(user)
}
