//! Personal data of rounds: who made which, asked for more time, and was reminded.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of rounds.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Deletes which reminders the person got. Rounds, deadlines and requests are acts of the Secretariat and of
    /// organisations; they name the account by its id only.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::forget(conn, erasure.user)
    }
}
