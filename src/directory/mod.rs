//! The directory: who is the contact of which member, found in any spelling, shown only to whom it may be.
//!
//! A contact is what the directory shows of an appointment, and it is shown only while that is in force, only to people who
//! are of the community themselves, each field only to its audience (`policy::fields`).
//!
//! - `rules` withholds fields, in one place, and says by what a contact is found
//! - `inheritance` what a new contact takes over from those its person has
//! - `terms` what was typed, taken apart
//! - `index` which contacts a search and its filters mean, and the counts beside them
//! - `search` a page of them in an order
//! - `addressing` sets of contacts, and the people behind them, for what is sent
//! - `formats` the same for spreadsheets and address books
//! - `labels` what people call the values of filters
//!
//! Left out: a public directory. The audience `public` is there for one.

pub mod addressing;
pub mod formats;
mod index;
mod inheritance;
mod labels;
pub mod routes;
mod rules;
mod search;
mod store;
pub mod terms;
mod types;

pub use index::KnownSets;
pub use search::Search;
pub use types::{
    ChangeContact, Confirmation, Contact, ContactChange, ContactMember, ContactQuery, Details, Filter, NewContact,
    OwnContact, Sort, Standing,
};

use crate::db::{Conn, Id};
use crate::error::{Error, Fault, Faults};
use crate::members::Region;
use crate::text;
use crate::time::Timestamp;

/// Contacts that are indexed in one unit of work after an upgrade.
const REINDEXED: i64 = 1_000;
/// Longest title of a post.
const MAX_LINE: usize = 200;
/// Most languages or technologies of one contact.
pub const MAX_CODES: usize = 20;

/// Adds contacts: the one way to make one. Who may see what of it is inherited from the contacts that the person has.
///
/// # Errors
/// Where the database says no.
pub fn add(conn: &mut Conn, contacts: &[(Id, NewContact)], now: Timestamp) -> Result<(), Error> {
    store::insert(conn, contacts, now)
}

/// What a person's next contact says of the person, at this organisation.
///
/// # Errors
/// Where the database says no.
pub fn inherited_details(conn: &mut Conn, user: Id, organisation: Id) -> Result<Details, Error> {
    inheritance::details(conn, user, organisation)
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
    // Before it is asked which there are: one that is being made at this moment inherits what is changed, or is changed.
    conn.take_turn()?;
    let ids = store::of_user(conn, user)?;
    store::change(conn, &ids, change, now)
}

/// Takes every contact of a person out of the directory for good.
///
/// # Errors
/// Where the database says no.
pub fn erase_of(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    store::erase(conn, Some(user), None, now)
}

/// Takes the contact of an appointment out of the directory for good.
///
/// # Errors
/// Where the database says no.
pub fn erase_of_appointment(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    store::erase(conn, None, Some(appointment), now)
}

/// Gives the contacts of an organisation its region.
///
/// # Errors
/// Where the database says no.
pub fn set_region(conn: &mut Conn, organisation: Id, region: Option<Region>, now: Timestamp) -> Result<(), Error> {
    store::set_region(conn, organisation, region, now)
}

/// Tells the change feed that an organisation's contacts look otherwise, since it has another name.
///
/// # Errors
/// Where the database says no.
pub fn note_renamed(conn: &mut Conn, organisation: Id, now: Timestamp) -> Result<(), Error> {
    store::note_renamed(conn, organisation, now)
}

/// Tells the change feed that an organisation's contacts are there for the community no longer, or again.
///
/// # Errors
/// Where the database says no.
pub fn note_hidden(conn: &mut Conn, organisation: Id, hidden: bool, now: Timestamp) -> Result<(), Error> {
    store::note_hidden(conn, organisation, hidden, now)
}

/// The organisations that have a contact in the directory.
///
/// # Errors
/// Where the database says no.
pub fn represented(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    store::represented(conn)
}

/// Indexes contacts that came before the index did; returns whether there may be more.
///
/// # Errors
/// Where the database says no.
pub fn index_missing(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::index_missing(conn, REINDEXED)? > 0)
}

/// What a person has in the directory.
///
/// # Errors
/// Where the database says no.
pub fn own(conn: &mut Conn, user: Id) -> Result<Option<OwnContact>, Error> {
    store::own(conn, user)
}

/// Reads a change of a contact; names every field at fault.
pub fn parse_change(form: &ChangeContact, faults: &mut Faults) -> ContactChange {
    ContactChange {
        name: None,
        job_title: nullable(faults, "/job_title", form.job_title.as_ref(), |title| text::line(title, MAX_LINE)),
        job_title_audience: form.job_title_audience,
        phone: nullable(faults, "/phone", form.phone.as_ref(), text::phone),
        phone_audience: form.phone_audience,
        email_audience: form.email_audience,
        languages: form.languages.as_deref().and_then(|codes| faults.take("/languages", languages(codes))),
        languages_audience: form.languages_audience,
        technologies: form.technologies.as_deref().and_then(|codes| faults.take("/technologies", distinct(codes))),
        technologies_audience: form.technologies_audience,
    }
}

#[expect(clippy::option_option, reason = "absent keeps, null takes away")]
fn nullable(
    faults: &mut Faults,
    pointer: &str,
    value: Option<&Option<String>>,
    parse: impl FnOnce(&str) -> Result<String, Fault>,
) -> Option<Option<String>> {
    match value {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => faults.take(pointer, parse(text)).map(Some),
    }
}

/// Reads a list of languages spoken: known codes, each once.
///
/// # Errors
/// A fault that names what is none.
pub fn languages(codes: &[String]) -> Result<Vec<String>, Fault> {
    let codes = distinct(codes)?;
    match codes.iter().find(|code| !text::is_language_code(code)) {
        Some(code) => Err(Fault::new("", "unknown_language").with("value", text::shown(code))),
        None => Ok(codes),
    }
}

/// Reads a list of codes: not too many, in lower case, each once.
///
/// # Errors
/// A fault where there are too many.
pub fn distinct(codes: &[String]) -> Result<Vec<String>, Fault> {
    text::few(codes, MAX_CODES)?;
    Ok(text::unique(codes.iter().map(|code| code.trim().to_lowercase())))
}
