//! Account deletion: an account that will be erased is closed to logins. A mailed link keeps it, and so does its owner
//! who applies again or follows a link of a change of address.

use super::mails::AccountKept;
use super::security_notifications;
use super::store::{self, NewToken};
use super::types::Purpose;
use super::users::end_access;
use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::service::Context;
use crate::time::Timestamp;

/// Closes an account, which is erased at `at` unless `secret` is used before. Sessions and API tokens end.
///
/// # Errors
/// 401 if the account is closed already.
pub fn leave(conn: &mut Conn, user: Id, at: Timestamp, secret: &str, now: Timestamp) -> Result<(), Error> {
    if store::lock_for_update(conn, user)?.is_closed() {
        return Err(Error::unauthenticated(ProblemCode::SessionEnded));
    }
    end_access(conn, user, now)?;
    store::spend_tokens_of(conn, Purpose::ResetPassword, user)?;
    store::set_erase_at(conn, user, Some(at), now)?;
    store::insert_token(conn, secret, &NewToken::of(Purpose::KeepAccount, user, at), now)
}

/// Closes an account of which nothing but its own data is left: it is to be erased now. Sessions and API tokens end.
pub fn close_for_erasure(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    store::lock_for_update(conn, user)?;
    end_access(conn, user, now)?;
    store::set_erase_at(conn, user, Some(now), now)
}

/// Keeps an account that is going to be erased, and notifies its owner by mail; another one stays as it is.
pub fn keep(context: &Context, conn: &mut Conn, user: Id) -> Result<(), Error> {
    if store::credentials_of(conn, user)?.erase_at.is_none() {
        return Ok(());
    }
    store::set_erase_at(conn, user, None, context.now)?;
    let entry = Entry::anonymous(Event::ErasureTakenBack, Some(user));
    context.audit.record(conn, &context.trace, &entry)?;
    security_notifications::post(conn, &context.outbox, user, &AccountKept {})
}

/// Uses up the link that keeps an account, and does so.
///
/// # Errors
/// 410 if the link is spent, or the account was kept or erased in the meantime.
pub fn keep_by_link(context: &Context, conn: &mut Conn, secret: &str) -> Result<(), Error> {
    let asked = store::look_at_token(conn, Purpose::KeepAccount, secret, context.now)?;
    let user = asked.user_id.ok_or_else(Error::link_spent)?;
    // The person before the link (lock order, `db`).
    let held = store::lock_for_update(conn, user)?;
    store::spend_token(conn, Purpose::KeepAccount, secret, context.now)?;
    if held.erase_at.is_none() {
        return Err(Error::link_spent());
    }
    keep(context, conn, user)
}
