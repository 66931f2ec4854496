//! The personal data of nominations: who nominated whom, and the letters.

use super::{forget, store};
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of nominations. [`super::open_own`] exports the letters themselves, which name others.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        erasure.appointments.iter().try_for_each(|appointment| forget(conn, *appointment, erasure.now))
    }
}
