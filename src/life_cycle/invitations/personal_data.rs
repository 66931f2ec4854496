//! Personal data of invitations: whom a person invited.

use super::store;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};
use crate::time::Timestamp;

/// The personal data of invitations.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        store::export(conn, subject, lists)
    }

    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        let own = store::of_person(conn, erasure.user, &erasure.addresses)?;
        store::blank(conn, &own, erasure.now)
    }
}

/// Forgets who was invited to an appointment.
pub fn forget(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    store::blank(conn, &[appointment], now)
}

/// Forgets who got some of the invitations that ran out before `bound`; returns how many.
pub fn forget_expired(conn: &mut Conn, bound: Timestamp, limit: i64, now: Timestamp) -> Result<usize, Error> {
    let expired = store::expired(conn, bound, limit)?;
    store::blank(conn, &expired, now)?;
    Ok(expired.len())
}
