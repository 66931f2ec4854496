//! The personal data of announcements: deliveries, read marks, acknowledgements and the rhythm of digests.

mod store;

use crate::db::Conn;
use crate::error::Error;
use crate::mail;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of announcements.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject.user, lists)
    }

    /// Deliveries and acknowledgements stay, under a pseudonym. Texts stay, and name their authors by id alone. The
    /// rhythm of digests is deleted before the account is locked ([`super::digest::forget`]).
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        let mails = store::blank_deliveries(conn, erasure.user)?;
        mail::erase_reader(conn, mails)
    }
}
