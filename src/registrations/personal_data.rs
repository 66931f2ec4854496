//! The personal data of applications: what applicants enter about themselves.

use super::store;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of registrations.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        let own = store::of_person(conn, erasure.user, &erasure.addresses)?;
        store::delete(conn, &own)
    }
}

/// Deletes the application of an appointment.
pub fn forget_of_appointment(conn: &mut Conn, appointment: Id) -> Result<(), Error> {
    let own: Vec<Id> = store::of_appointment(conn, appointment)?.into_iter().collect();
    store::delete(conn, &own)
}
