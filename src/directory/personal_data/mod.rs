//! The personal data of the directory: the contacts of a person, exported and erased.

mod store;

use super::store as contacts;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of the directory.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Deletes all contacts of the person.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        contacts::erase(conn, Some(erasure.user), None, erasure.now)
    }
}
