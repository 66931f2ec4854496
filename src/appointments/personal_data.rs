//! What appointments hold of people: who held which role where, and why it ended.

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of appointments.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    /// Role, organisation and dates stay, of somebody without a name.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::forget_of(conn, erasure.user, erasure.now)
    }
}
