//! Personal data of surveys: who wrote which version.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of surveys.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Deletes the plans of imports that the person made. Questionnaires belong to the community; they name the account
    /// by its id only.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::forget_plans(conn, erasure.user)
    }
}
