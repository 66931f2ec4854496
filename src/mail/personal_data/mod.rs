//! Personal data of mail: mails, unsubscribed topics, suppressed addresses, bounces.

mod store;

use super::Outbox;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};
use crate::time::Timestamp;

/// The personal data of mail.
pub struct PersonalRecords<'a> {
    outbox: &'a Outbox,
}

impl<'a> PersonalRecords<'a> {
    /// With the outbox, which knows the mask of addresses.
    pub fn new(outbox: &'a Outbox) -> Self {
        Self { outbox }
    }
}

impl PersonalData for PersonalRecords<'_> {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Deletes the person's bounces; reports that were not understood are searched before ([`super::UnreadCopies`]). A
    /// suppression stays on the list in masked form. The portal's own mails are
    /// deleted; those of announcements stay for their counters, until their feature names the person's.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        for address in erasure.addresses.theirs() {
            self.outbox.forget_address(conn, &address.key, address.claim.until)?;
        }
        store::delete_choices(conn, erasure.user)?;
        store::delete_own(conn, erasure.user, &erasure.addresses)
    }
}

/// Deletes the mails with one `about` ([`Outbox::post_newest`]), whatever their recipients, for the feature that wrote
/// them.
pub fn erase_about(conn: &mut Conn, about: &str) -> Result<(), Error> {
    store::delete_about(conn, about)
}

/// Removes the reader from mails of a batch, which stay for its counters; unsent ones are cancelled.
pub fn erase_reader(conn: &mut Conn, mails: Vec<Id>) -> Result<(), Error> {
    store::blank_unsent(conn, mails)
}

/// Removes the readers of some mails of announcements that were written before `bound`; returns how many.
pub fn forget_readers(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    store::forget_readers(conn, bound, limit)
}
