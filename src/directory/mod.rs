//! The directory: the contacts of each member, found in any spelling, each field shown to its audience alone.
//!
//! A contact is what the directory shows of an appointment. It is listed while the appointment is in force, and only
//! people of the community see it. Which of its fields a reader sees is decided by `policy::fields`.
//!
//! [`Directory`] is the service. What other features do to contacts within their units of work are functions of this
//! file: they add, change, hide and erase contacts.
//!
//! - `mails` the mail about an entry that somebody else changed
//! - `service` the use cases of readers and editors: a page of contacts, one contact, the change of one
//! - `kept` rendered answers in memory, shared by readers with the same rights
//! - `views` the daily limit of contacts that a reader looks at
//! - `search` a page of contacts in an order; `search::query` reads the parameters of a request
//! - `query_parser` splits the text of a search into terms; `telephone` normalises numbers for comparison
//! - `index` the sets of contacts behind searches, filters and facets; `reindexing` fills it after an upgrade
//! - `rules` withholds fields, checks changes of fields, and builds index entries
//! - `change_effects` index and change feed after a change of contacts
//! - `inheritance` what a new contact takes over from other contacts of its person
//! - `pages` the pages of the search, of a contact, and of its change
//! - `formats` exports: CSV, XLSX, vCard, `JSContact`
//! - `recipients` sets of contacts as recipients of announcements
//! - `labels` names of filter values in the reader's language
//!
//! Left out: a public directory. The audience `public` is reserved for one.

mod change_effects;
pub mod formats;
mod index;
mod inheritance;
mod kept;
mod labels;
mod locks;
pub(crate) mod mails;
pub mod pages;
mod personal_data;
pub mod query_parser;
pub mod recipients;
mod reindexing;
pub mod routes;
mod rules;
mod search;
mod service;
mod store;
pub mod telephone;
mod types;
mod views;

use std::sync::Arc;

pub use labels::{language_codes, language_names};
pub use personal_data::PersonalRecords;
pub use search::Position;
pub use service::{ContactPage, ContactView};
pub use types::{
    ChangeContact, Confirmation, Contact, ContactChange, ContactMember, ContactQuery, Details, Filter, NewContact,
    OwnContact, Sort, Standing,
};
pub use views::count_views;

use crate::config;
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::heavy_work::Lane;
use crate::http::Metrics;
use crate::i18n::Catalogue;
use crate::members::{NameIndexCache, Region};
use crate::service::{Foundation, Service};
use crate::text;
use crate::throttle::Seen;
use crate::time::Timestamp;
use index::BitmapCache;
use kept::Kept;

/// Contacts that are indexed in one unit of work after an upgrade.
const REINDEXED: i64 = 1_000;
/// Longest job title in characters.
pub const MAX_LINE: usize = 200;
/// Most languages or technologies of one contact.
pub const MAX_CODES: usize = 20;

/// The directory of contacts. Cloning is cheap, and clones share their caches.
#[derive(Clone)]
pub struct Directory {
    foundation: Foundation,
    catalogue: Arc<Catalogue>,
    names: NameIndexCache,
    bitmaps: BitmapCache,
    kept: Kept,
    seen: Seen,
    lane: Lane,
    exports_per_day: u32,
}

impl Service for Directory {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Directory {
    /// The service. `names` is the index of the members' names, `lane` where large exports are made.
    #[must_use]
    pub fn new(
        settings: &config::Directory,
        foundation: Foundation,
        catalogue: Arc<Catalogue>,
        names: NameIndexCache,
        lane: Lane,
        metrics: Metrics,
    ) -> Self {
        let (throttle, db, clock) = (Arc::clone(&foundation.throttle), foundation.db.clone(), foundation.clock.clone());
        let seen = Seen::new(throttle, db, clock, settings.seen_per_day);
        let (bitmaps, exports_per_day) = (BitmapCache::default(), settings.export_per_day);
        let kept = Kept::new(settings.kept_mib, foundation.db.clone(), foundation.clock.clone(), metrics);
        Self { foundation, catalogue, names, bitmaps, kept, seen, lane, exports_per_day }
    }
}

/// Adds contacts. All contacts are made here, so that the audiences of their fields are inherited from the contacts
/// that the person has.
pub fn add(conn: &mut Conn, contacts: &[(Id, NewContact)], now: Timestamp) -> Result<(), Error> {
    store::insert(conn, contacts, now)
}

/// The details of a person's next contact at this organisation.
pub fn inherited_details(conn: &mut Conn, user: Id, organisation: Id) -> Result<Details, Error> {
    inheritance::details(conn, user, organisation)
}

/// Shows or hides the contact of an appointment, and sets the state of its confirmation.
pub fn set_standing(conn: &mut Conn, appointment: Id, standing: &Standing, now: Timestamp) -> Result<(), Error> {
    store::set_standing(conn, appointment, standing, now)
}

/// Hides every contact of a person, or shows again those whose appointments are in force.
pub fn set_listed_of(conn: &mut Conn, user: Id, listed: bool, now: Timestamp) -> Result<(), Error> {
    store::set_listed_of(conn, user, listed, now)
}

/// Sets the address of all contacts of a person.
pub fn set_email(conn: &mut Conn, user: Id, email: &str, now: Timestamp) -> Result<(), Error> {
    store::set_email(conn, user, email, now)
}

/// Changes all contacts of a person.
pub fn change(conn: &mut Conn, user: Id, change: &ContactChange, now: Timestamp) -> Result<(), Error> {
    // The lock comes before the list of contacts is read: a contact that is added at the same time inherits the change,
    // or gets it.
    locks::lists(conn, &[user])?;
    let ids = store::of_user(conn, user)?;
    // Several contacts may differ from each other; for a single one it is known here whether anything changes.
    if let ([_], None, Some(own)) = (ids.as_slice(), &change.name, store::own(conn, user)?)
        && rules::says(&own, change)
    {
        return Ok(());
    }
    store::change(conn, &ids, change, now)
}

/// Deletes the contact of an appointment.
pub fn erase_of_appointment(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    store::erase(conn, None, Some(appointment), now)
}

/// Sets the region of all contacts of an organisation.
pub fn set_region(conn: &mut Conn, organisation: Id, region: Option<Region>, now: Timestamp) -> Result<(), Error> {
    store::set_region(conn, organisation, region, now)
}

/// Records in the change feed that the contacts of an organisation changed, since it has another name.
pub fn note_renamed(conn: &mut Conn, organisation: Id, now: Timestamp) -> Result<(), Error> {
    store::note_renamed(conn, organisation, now)
}

/// Records in the change feed that the contacts of an organisation were hidden from the community, or shown again.
pub fn note_hidden(conn: &mut Conn, organisation: Id, hidden: bool, now: Timestamp) -> Result<(), Error> {
    store::note_hidden(conn, organisation, hidden, now)
}

/// The organisations that have a listed contact.
pub fn represented(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    store::represented(conn)
}

/// Indexes some contacts that an older portal stored: their values, the variants of their words, the keys of their
/// telephone numbers. Returns whether there may be more.
pub fn index_missing(conn: &mut Conn) -> Result<bool, Error> {
    reindexing::some(conn, REINDEXED)
}

/// The contact of a person as the person sees it; the newest of several.
pub fn own(conn: &mut Conn, user: Id) -> Result<Option<OwnContact>, Error> {
    store::own(conn, user)
}

/// Parses a change of a contact, and collects a fault for each field that is wrong.
pub fn parse_change(form: &ChangeContact, faults: &mut FieldErrors) -> ContactChange {
    ContactChange {
        name: None,
        job_title: nullable(faults, "/job_title", form.job_title.as_ref(), |title| {
            text::name::statement(title, MAX_LINE)
        }),
        job_title_audience: form.job_title_audience,
        phone: nullable(faults, "/phone", form.phone.as_ref(), text::phone),
        phone_audience: form.phone_audience,
        email_audience: form.email_audience,
        languages: form.languages.as_deref().and_then(|codes| take_languages(faults, codes)),
        languages_audience: form.languages_audience,
        technologies: form.technologies.as_deref().and_then(|codes| faults.take("/technologies", distinct(codes))),
        technologies_audience: form.technologies_audience,
    }
}

#[expect(clippy::option_option, reason = "absent keeps, null takes away")]
fn nullable(
    faults: &mut FieldErrors,
    pointer: &str,
    value: Option<&Option<String>>,
    parse: impl FnOnce(&str) -> Result<String, FieldError>,
) -> Option<Option<String>> {
    match value {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => faults.take(pointer, parse(text)).map(Some),
    }
}

/// Parses a list of spoken languages: known codes, each once. A fault points at the place in the list.
pub fn languages(codes: &[String]) -> Result<Vec<String>, FieldError> {
    let languages = distinct(codes)?;
    match codes.iter().position(|code| !text::is_language_code(&code.trim().to_lowercase())) {
        Some(at) => {
            let code = codes.get(at).map_or("", String::as_str);
            Err(FieldError::new(format!("/{at}"), FieldCode::UnknownLanguage).with("value", text::shown(code)))
        }
        None => Ok(languages),
    }
}

/// The spoken languages of a form, or none and a fault at their place in it.
pub fn take_languages(faults: &mut FieldErrors, codes: &[String]) -> Option<Vec<String>> {
    languages(codes)
        .map_err(|fault| faults.add(FieldError { pointer: format!("/languages{}", fault.pointer), ..fault }))
        .ok()
}

/// Parses a list of codes: at most [`MAX_CODES`], in lower case, each once.
pub fn distinct(codes: &[String]) -> Result<Vec<String>, FieldError> {
    text::few(codes, MAX_CODES)?;
    Ok(text::unique(codes.iter().map(|code| code.trim().to_lowercase())))
}
