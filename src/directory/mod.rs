//! The directory: who is the contact of which member, found in any spelling.
//!
//! A contact is what the directory shows of an appointment, and it is shown only while that is in force, only to people who
//! are of the community themselves, each field only to its audience (`rules::shown_to`). The search looks at words that
//! everybody may see, folded to plain letters, from their beginning.
//!
//! Left out: typing errors, aliases, facets with counts, export, other formats.

pub mod routes;
mod rules;
mod store;
mod types;

pub use types::{
    Confirmation, Contact, ContactChange, ContactMember, ContactQuery, Details, Filter, NewContact, OwnContact,
    Standing,
};

use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::text;
use crate::time::Timestamp;

/// Most languages or technologies of one contact.
pub const MAX_CODES: usize = 20;

/// Adds contacts.
///
/// # Errors
/// Where the database says no.
pub fn add(conn: &mut Conn, contacts: &[(Id, NewContact)], now: Timestamp) -> Result<(), Error> {
    store::insert(conn, contacts, now)
}

/// Shows or hides the contact of an appointment, and says how it stands with its confirmation.
///
/// # Errors
/// Where the database says no.
pub fn set_standing(conn: &mut Conn, appointment: Id, standing: &Standing, now: Timestamp) -> Result<(), Error> {
    store::set_standing(conn, appointment, standing, now)
}

/// Hides every contact of a person, or shows again those whose appointments are in force.
///
/// # Errors
/// Where the database says no.
pub fn set_listed_of(conn: &mut Conn, user: Id, listed: bool, now: Timestamp) -> Result<(), Error> {
    store::set_listed_of(conn, user, listed, now)
}

/// Gives a person's contacts another address.
///
/// # Errors
/// Where the database says no.
pub fn set_email(conn: &mut Conn, user: Id, email: &str, now: Timestamp) -> Result<(), Error> {
    store::set_email(conn, user, email, now)
}

/// Changes what a person's contacts show.
///
/// # Errors
/// Where the database says no.
pub fn change(conn: &mut Conn, user: Id, change: &ContactChange, now: Timestamp) -> Result<(), Error> {
    store::change(conn, user, change, now)
}

/// What a person has in the directory.
///
/// # Errors
/// Where the database says no.
pub fn own(conn: &mut Conn, user: Id) -> Result<Option<OwnContact>, Error> {
    store::own(conn, user)
}

/// The people whose contacts the filter means, each once.
///
/// # Errors
/// Where the database says no.
pub fn users(conn: &mut Conn, filter: &Filter) -> Result<Vec<Id>, Error> {
    store::users(conn, filter)
}

/// Reads a list of languages spoken: known codes, each once.
///
/// # Errors
/// A fault that names what is none.
pub fn languages(codes: &[String]) -> Result<Vec<String>, Fault> {
    let codes = distinct(codes)?;
    match codes.iter().find(|code| !text::is_language_code(code)) {
        Some(code) => Err(Fault::new("", "unknown_language").with("value", code)),
        None => Ok(codes),
    }
}

/// Reads a list of codes: lower case, each once, not too many.
///
/// # Errors
/// A fault where there are too many.
pub fn distinct(codes: &[String]) -> Result<Vec<String>, Fault> {
    let codes = text::unique(codes.iter().map(|code| code.trim().to_lowercase()));
    if codes.len() > MAX_CODES { Err(Fault::new("", "too_many").with("max", MAX_CODES)) } else { Ok(codes) }
}
