//! Personal data of responses: who wrote, said, handed in and submitted what.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of responses.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Deletes the comments of the person, what is assigned to the person, and where the person was. Answers, files and
    /// submissions are statements of the organisation; they name the account by its id only.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::forget(conn, erasure.user)
    }
}
