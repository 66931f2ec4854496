//! Notices: what a person is told by mail of one's own account, so that somebody else's doing does not go unseen
//! (ASVS 5.0, 6.3.5 and 6.3.7). The texts stand in `locales/` under `mail-<kind>`.

use std::time::Duration;

use super::people::Ended;
use super::store;
use super::types::Credentials;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Args;
use crate::mail::{Letter, Outbox};
use crate::time::Timestamp;

/// How long a notice is worth mailing.
const LIFE: Duration = Duration::from_hours(48);

/// Tells whoever has an address that somebody tried to take it for a new account or as a new address. To whoever tried
/// the answer is the same as for one that is free.
///
/// # Errors
/// Where the database says no.
pub fn address_is_known(conn: &mut Conn, outbox: &Outbox, owner: &Credentials) -> Result<(), Error> {
    let letter = Letter {
        kind: "already_registered",
        name: owner.name.clone(),
        args: Vec::new(),
        link: Some("/forgot".to_owned()),
    };
    outbox.post(conn, &owner.recipient(), &letter, LIFE)
}

/// Tells a person, in the transaction of `conn`.
pub(super) fn post(conn: &mut Conn, outbox: &Outbox, user: Id, kind: &'static str, args: Args) -> Result<(), Error> {
    let owner = store::credentials_of(conn, user)?;
    let letter = Letter { kind, name: owner.name.clone(), args, link: None };
    outbox.post(conn, &owner.recipient(), &letter, LIFE)
}

/// Tells a person that the password is another, and how many API tokens ended with the old one.
pub(super) fn password_changed(
    conn: &mut Conn,
    outbox: &Outbox,
    user: Id,
    tokens: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let args = vec![("time", now.to_string()), ("tokens", tokens.to_string())];
    post(conn, outbox, user, "password_changed", args)
}

/// Tells a person that sessions and API tokens were ended, by `by` (`self` or `secretariat`) and how many.
pub(super) fn access_ended(
    conn: &mut Conn,
    outbox: &Outbox,
    user: Id,
    by: &'static str,
    ended: Ended,
) -> Result<(), Error> {
    let args =
        vec![("by", by.to_owned()), ("sessions", ended.sessions.to_string()), ("tokens", ended.tokens.to_string())];
    post(conn, outbox, user, "access_ended", args)
}
