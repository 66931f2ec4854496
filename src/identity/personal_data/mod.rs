//! Personal data of identity: the account, sessions, known devices, second factors, API tokens, mailed links.

mod store;

use super::address_changes::asks_to_confirm;
use crate::db::Conn;
use crate::error::Error;
use crate::mail;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};
use crate::time::Timestamp;

/// The personal data of identity.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject.user, lists)
    }

    /// The account row stays under its id, with a pseudonym, and cannot log in.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::delete_access(conn, erasure)?;
        // Mails to an address that the person asked for may be to strangers, except those that ask to confirm it for
        // this account. Their subject key identifies these, since the links are deleted soon after their end.
        mail::erase_about(conn, &asks_to_confirm(erasure.user))?;
        store::blank_account(conn, erasure)
    }
}

/// Keeps a note of former addresses, taken from links that ended before `bound`, as long as mails to these addresses
/// are kept: an erasure needs it. The links themselves no longer work.
pub(super) fn keep_addresses(conn: &mut Conn, bound: Timestamp) -> Result<(), Error> {
    store::keep_addresses(conn, bound)
}

/// Deletes notes of former addresses, of links that ended before `bound`; returns how many.
pub fn forget_addresses(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::forget_addresses(conn, bound)
}

/// Deletes the place of origin of some sessions that were opened before `bound`; returns how many.
pub fn forget_networks(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    store::forget_networks(conn, bound, limit)
}
