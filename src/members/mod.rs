//! The members of the community: administrations with their names and regions, and the list of technologies.
//!
//! The rows come with the program and are added at the start where they are missing; what is there is never overwritten,
//! since the Secretariat may correct it. A member is addressed by its ISO 3166 code.
//!
//! Left out: editing by the Secretariat, aliases, history.

mod reference;
pub mod routes;
mod store;
mod types;

pub use types::{MemberQuery, Organisation, OrganisationKind, Region, SECRETARIAT_CODE, Technologies, Technology};

use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::i18n::Language;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;

/// Adds the reference data that is missing; returns the number of rows added.
///
/// # Errors
/// Where the database says no.
pub fn load_reference(conn: &mut Conn, now: Timestamp, random: &Random) -> Result<usize, Error> {
    store::load_reference(conn, &reference::members()?, &reference::technologies()?, now, random)
}

/// The organisation with this code.
///
/// # Errors
/// 404 where there is none.
pub fn get(conn: &mut Conn, code: &str) -> Result<Organisation, Error> {
    store::find(conn, code)?.ok_or_else(Error::not_found)
}

/// The organisation that people can be appointed for, named by a field of a request.
///
/// # Errors
/// 422 at `pointer` where there is none, or where it is the Secretariat.
pub fn appointable(conn: &mut Conn, code: &str, pointer: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    known.filter(|organisation| organisation.kind != OrganisationKind::Secretariat).ok_or_else(|| {
        Error::invalid(vec![Fault::new(pointer, "unknown_organisation").with("value", text::shown(code))])
    })
}

/// The language that an organisation's people are written to before they choose.
///
/// # Errors
/// 404 where there is no such organisation.
pub fn default_language(conn: &mut Conn, id: Id) -> Result<Language, Error> {
    store::default_language(conn, id)
}

/// Every member and union.
///
/// # Errors
/// Where the database says no.
pub fn all(conn: &mut Conn) -> Result<Vec<Organisation>, Error> {
    Ok(store::list(conn, &[], &[], None, i64::MAX)?.into_iter().map(|(organisation, _)| organisation).collect())
}

/// The ids of organisations by their codes; what nobody has is left out.
///
/// # Errors
/// Where the database says no.
pub fn ids(conn: &mut Conn, codes: &[String]) -> Result<Vec<Id>, Error> {
    store::ids(conn, codes)
}

/// Refuses technologies that the list does not have.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_technologies(conn: &mut Conn, codes: &[String], pointer: &str) -> Result<(), Error> {
    if codes.is_empty() {
        return Ok(());
    }
    // What can't be a code is not asked for: PostgreSQL takes no NUL in a text.
    let askable: Vec<String> = codes.iter().filter(|code| text::is_code(code)).cloned().collect();
    let known = store::known_technologies(conn, &askable)?;
    let faults: Vec<Fault> = codes
        .iter()
        .enumerate()
        .filter(|(_, code)| !known.contains(code))
        .map(|(index, code)| {
            Fault::new(format!("{pointer}/{index}"), "unknown_technology").with("value", text::shown(code))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}
