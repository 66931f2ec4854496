//! Changes of a person's address, and the links that confirm and undo them.
//!
//! A link to confirm goes to the new address and is bound to the session in which the change was requested. A link back
//! goes to the old address and stays valid for days, also after the change, so that a thief who moves an account cannot
//! keep it. It works for whoever reads that mailbox, also after its owner left it for good; so its power is limited:
//!
//! - it removes second factors only if the account left its address, and only those added since (`rules`)
//! - it never removes the last factor of a person whose role requires one
//! - it ends with an appointment whose role requires a factor, and with the use of another link: of a later one to the
//!   same address, or of an earlier one to any address
//!
//! After a confirmed change, a new factor or password does not end it: a thief who moved the account can add both, but
//! cannot give himself such an appointment. Before a confirmed change it has no power over the factors that exist.
//!
//! `accounts` has the use cases, and sends the mails.

mod rules;
mod store;

use super::granters;
use super::mfa;
use super::store::{self as secrets, NewToken};
use super::types::Purpose;
use crate::appointments;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::EmailAddress;
use crate::policy::{self, Principal};
use crate::time::Timestamp;
use rules::Arrival;

/// Stores a link that confirms a change of address, or undoes it. A link to confirm is bound to the session in which
/// the change was requested.
pub fn store_address_link(
    conn: &mut Conn,
    purpose: Purpose,
    secret: &str,
    owner: &Principal,
    address: &EmailAddress,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let session_id = owner.session().filter(|_| purpose == Purpose::ConfirmAddress);
    // Only the last requested address can be confirmed. All links back stay valid: a thief must not invalidate the
    // owner's by another request.
    if purpose == Purpose::ConfirmAddress {
        secrets::spend_tokens_of(conn, purpose, owner.user_id)?;
    }
    if let Some(session) = session_id {
        granters::remember_credential(conn, session, expires_at)?;
    }
    let email = Some(address.as_str());
    let token = NewToken { session_id, email, ..NewToken::of(purpose, owner.user_id, expires_at) };
    secrets::insert_token(conn, secret, &token, now)
}

/// The subject key of mails that ask to confirm an address for a person: the newest replaces the earlier ones.
#[must_use]
pub fn asks_to_confirm(user: Id) -> String {
    format!("confirm_address:{user}")
}

/// The data of a link of a change of address.
pub struct AddressChange {
    /// The person.
    pub user: Id,
    /// The address that it sets: the new one, or the old one again.
    pub address: EmailAddress,
}

/// Uses up a link that confirms a change, which is valid while the session in which the change was requested is
/// trusted.
///
/// # Errors
/// 410 if it is spent.
pub fn spend_confirmation(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<AddressChange, Error> {
    lock_owner(conn, Purpose::ConfirmAddress, secret, now)?;
    let spent = secrets::spend_token(conn, Purpose::ConfirmAddress, secret, now)?;
    if spent.session_id.is_none() || granters::is_revoked(conn, spent.session_id)? {
        return Err(Error::link_spent());
    }
    change_of(&spent)
}

/// Uses up a link back, all links that were made after it, which may be a thief's, and the earlier ones to the same
/// address. Earlier links to another address stay: whoever moved the account may use a link of his own, and must not
/// end the owner's. Also returns since when the second factors that the person added are to be removed, if any are.
///
/// # Errors
/// 410 if it is spent.
pub fn spend_way_back(
    conn: &mut Conn,
    secret: &str,
    now: Timestamp,
) -> Result<(AddressChange, Option<Timestamp>), Error> {
    let user = lock_owner(conn, Purpose::UndoAddress, secret, now)?;
    // Before the link is used: the use of a link is an arrival at its address.
    let arrivals = store::arrivals(conn, user)?;
    let spent = secrets::spend_token(conn, Purpose::UndoAddress, secret, now)?;
    let change = change_of(&spent)?;
    let key = change.address.key();
    secrets::spend_tokens_since(conn, Purpose::UndoAddress, user, spent.created_at)?;
    let is_same = |email: &str| key_of(email).is_some_and(|other| other == key);
    let same = store::ways_back(conn, user)?.into_iter().filter(|(_, email)| is_same(email));
    let same: Vec<Vec<u8>> = same.map(|(hash, _)| hash).collect();
    secrets::spend_by_hash(conn, &same)?;
    let arrivals = arrivals.into_iter().filter_map(|(email, at)| Some(Arrival { address: key_of(&email)?, at }));
    let left_at = rules::left_at(&arrivals.collect::<Vec<_>>(), &key, spent.created_at);
    let Some(since) = left_at else { return Ok((change, None)) };
    let must_keep_one = policy::must_keep_a_factor(&appointments::of_user(conn, user)?);
    let may_remove = !must_keep_one || mfa::has_older(conn, user, since)?;
    Ok((change, may_remove.then_some(since)))
}

/// Ends every open link of a change of address, to confirm it and to undo it.
pub(super) fn end_links(conn: &mut Conn, user: Id) -> Result<(), Error> {
    for purpose in [Purpose::ConfirmAddress, Purpose::UndoAddress] {
        secrets::spend_tokens_of(conn, purpose, user)?;
    }
    Ok(())
}

/// Changes the address of a person, and invalidates a pending change.
///
/// # Errors
/// 409 if another account has it.
pub fn change_address(conn: &mut Conn, id: Id, address: &EmailAddress, now: Timestamp) -> Result<(), Error> {
    // What was mailed to the old address.
    for purpose in [Purpose::ConfirmAddress, Purpose::ResetPassword, Purpose::KeepAccount] {
        secrets::spend_tokens_of(conn, purpose, id)?;
    }
    secrets::set_email(conn, id, address, now)
}

/// Locks the owner of a link that is not spent, which orders its use with the end of sessions and of links: it comes
/// before what is checked afterwards, or after the change.
fn lock_owner(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Id, Error> {
    let owner = secrets::look_at_token(conn, purpose, secret, now)?.user_id.ok_or_else(Error::link_spent)?;
    secrets::lock_for_update(conn, owner)?;
    Ok(owner)
}

fn change_of(spent: &secrets::Spent) -> Result<AddressChange, Error> {
    let address = spent.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
    let user = spent.user_id.ok_or_else(Error::link_spent)?;
    Ok(AddressChange { user, address: address.ok_or_else(Error::link_spent)? })
}

/// A stored address in the form for comparison.
fn key_of(text: &str) -> Option<String> {
    EmailAddress::parse(text).map(|address| address.key()).ok()
}
