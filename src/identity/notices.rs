//! Notices: what a person is told by mail of one's own account, so that somebody else's doing does not go unseen
//! (ASVS 5.0, 6.3.5 and 6.3.7). The texts stand in `locales/` under `mail-<kind>`.

use std::time::Duration;

use super::store;
use super::types::Credentials;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Args;
use crate::mail::{Letter, Outbox};

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
