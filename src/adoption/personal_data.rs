//! Personal data of adoption: who entered what.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of adoption.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    fn erase(&self, _: &mut Conn, _: &Erasure) -> Result<(), Error> {
        // The entries belong to the member; they name the account by its id only.
        Ok(())
    }
}
