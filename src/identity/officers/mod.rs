//! Whom the portal notifies of officers' work: the Secretariat, and the coordinators of an organisation, if their
//! accounts are open and not suspended.
//!
//! Left out: what they are told, and when (`life_cycle`, `announcements`, `profile` and others), and what they may do
//! (`policy`).

mod store;

use super::types::Credentials;
use crate::appointments::Role;
use crate::db::{Conn, Id};
use crate::error::Error;

/// Coordinators of an organisation who are notified of one thing. Administrations have a handful; a mistake in an import
/// is not to cost whoever applies there a mail to each of a hundred.
const MOST_NOTIFIED: i64 = 25;

/// The people of the Secretariat.
pub fn secretariat(conn: &mut Conn) -> Result<Vec<Credentials>, Error> {
    store::holders(conn, Role::Secretariat)
}

/// The coordinators of this organisation: the first 25 by the age of their accounts.
pub fn coordinators(conn: &mut Conn, organisation: Id) -> Result<Vec<Credentials>, Error> {
    store::coordinators(conn, organisation, MOST_NOTIFIED)
}
