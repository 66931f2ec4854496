//! The members of the community: administrations with their names and regions, and the list of technologies.
//!
//! The rows come with the program and are added at the start where they are missing (`reference`); what is there is never
//! overwritten, since the Secretariat may correct it. A member is addressed by its ISO 3166 code, and found by any of its
//! names, in any spelling (`names`).
//!
//! Here is what others stand on. What the Secretariat does with it, and what it was before, is `membership`'s; what members
//! say of technologies, `adoption`'s. A hidden member is to anybody else as if it were not there: [`visible`] and
//! [`KnownNames`] see to it.
//!
//! Left out: adding members and technologies other than by the reference data.

pub mod names;
mod reference;
pub mod routes;
mod store;
mod types;

pub use names::{Found, KnownNames, Names};
pub use types::{
    Alias, AliasSource, GivenAlias, MemberEntry, MemberQuery, MemberStatus, Organisation, OrganisationKind,
    Particulars, Region, SECRETARIAT_CODE, Technology,
};

use std::collections::HashMap;

use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::i18n::Language;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;
use store::Which;

/// Most characters of a search.
pub const MAX_SEARCH: usize = 200;

/// Adds the reference data that is missing; returns the number of rows added.
///
/// # Errors
/// Where the database says no.
pub fn load_reference(conn: &mut Conn, now: Timestamp, random: &Random) -> Result<usize, Error> {
    reference::load(conn, now, random)
}

/// The organisation with this code.
///
/// # Errors
/// 404 where there is none.
pub fn get(conn: &mut Conn, code: &str) -> Result<Organisation, Error> {
    store::find(conn, code)?.ok_or_else(Error::not_found)
}

/// The organisation with this code in either case, where the reader may see it; `everything` is for the Secretariat.
///
/// # Errors
/// 404 where there is none, or it is hidden.
pub fn visible(conn: &mut Conn, code: &str, everything: bool) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    known.filter(|found| everything || found.status != MemberStatus::Hidden).ok_or_else(Error::not_found)
}

/// The organisation with this code, kept from others until the unit of work ends.
///
/// # Errors
/// 404 where there is none.
pub fn hold(conn: &mut Conn, code: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find_for_update(conn, &code.to_ascii_uppercase())? } else { None };
    known.ok_or_else(Error::not_found)
}

/// The organisation that people can be appointed for, named by a field of a request.
///
/// # Errors
/// 422 at `pointer` where there is none, or where it is the Secretariat or hidden.
pub fn appointable(conn: &mut Conn, code: &str, pointer: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    known.filter(Organisation::is_appointable).ok_or_else(|| unknown_organisation(code, pointer))
}

/// 422: a field names no organisation that people can be appointed for.
#[must_use]
pub fn unknown_organisation(code: &str, pointer: &str) -> Error {
    Error::invalid(vec![Fault::new(pointer, "unknown_organisation").with("value", text::shown(code))])
}

/// The ids of those among the organisations with these codes, in upper case, that people can be appointed for.
///
/// # Errors
/// Where the database says no.
pub fn all_appointable(conn: &mut Conn, codes: &[String]) -> Result<HashMap<String, Id>, Error> {
    let askable: Vec<String> = codes.iter().filter(|code| text::is_code(code)).cloned().collect();
    let ids = store::ids(conn, &askable)?;
    let open = store::some(conn, &ids)?.into_iter().filter(Organisation::is_appointable);
    Ok(open.map(|found| (found.code, found.id)).collect())
}

/// The language that an organisation's people are written to before they choose.
///
/// # Errors
/// 404 where there is no such organisation.
pub fn default_language(conn: &mut Conn, id: Id) -> Result<Language, Error> {
    store::default_language(conn, id)
}

/// Every member and union, hidden ones too.
///
/// # Errors
/// Where the database says no.
pub fn all(conn: &mut Conn) -> Result<Vec<Organisation>, Error> {
    let which = Which { hidden: true, ..Which::default() };
    Ok(store::list(conn, &which, None, i64::MAX)?.into_iter().map(|(organisation, _)| organisation).collect())
}

/// The organisations with these ids, in no particular order; what nobody has is left out.
///
/// # Errors
/// Where the database says no.
pub fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Organisation>, Error> {
    store::some(conn, ids)
}

/// The technologies that can be named, in their order.
///
/// # Errors
/// Where the database says no.
pub fn technologies(conn: &mut Conn) -> Result<Vec<Technology>, Error> {
    store::technologies(conn)
}

/// The ids of organisations by their codes; what nobody has is left out.
///
/// # Errors
/// Where the database says no.
pub fn ids(conn: &mut Conn, codes: &[String]) -> Result<Vec<Id>, Error> {
    store::ids(conn, codes)
}

/// The further names of a member, in their order.
///
/// # Errors
/// Where the database says no.
pub fn aliases(conn: &mut Conn, organisation: Id) -> Result<Vec<Alias>, Error> {
    store::aliases(conn, organisation)
}

/// The domains of a member's official mail.
///
/// # Errors
/// Where the database says no.
pub fn mail_domains(conn: &mut Conn, organisation: Id) -> Result<Vec<String>, Error> {
    store::mail_domains(conn, organisation)
}

/// Makes a member what the Secretariat says it is. `fields` are those that change.
///
/// # Errors
/// Where the database says no.
pub fn change(
    conn: &mut Conn,
    organisation: &Organisation,
    now_so: &Particulars,
    fields: &[&'static str],
    now: Timestamp,
) -> Result<(), Error> {
    store::update(conn, organisation, now_so, fields, now)?;
    if fields.contains(&"aliases") {
        store::replace_aliases(conn, organisation.id, &now_so.aliases)?;
    }
    store::count_up(conn)
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
