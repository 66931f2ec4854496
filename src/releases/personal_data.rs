//! Personal data of releases: who published which.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of releases.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Releases belong to the community and name the account by its id only; their counts name nobody.
    fn erase(&self, _: &mut Conn, _: &Erasure) -> Result<(), Error> {
        Ok(())
    }
}
