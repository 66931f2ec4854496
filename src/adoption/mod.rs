//! Adoption: which technologies each member uses or means to use, since when, and whether it is willing to talk about it.
//!
//! Its coordinators say so, and the Secretariat for everybody. What is written is a member's whole set, made from the set
//! that was read (`If-Match`), so two coordinators don't undo each other; rows that stay the same keep who said them and
//! when. A technology that is no longer on the list is out of sight and kept. Everybody of the community reads all of it:
//! by member, by technology, and counted ([`routes::technologies`]); hidden members are the Secretariat's alone.
//!
//! [`organisations`] answers "who runs this and is willing to talk" for others.
//!
//! Left out: a history (the audit log tells who changed which technology), and evidence.

pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::HashMap;

use serde_json::json;

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::IfMatch;
use crate::members::{self, Organisation, OrganisationKind};
use crate::policy::{self, Principal};
use crate::time::Timestamp;
pub use types::{
    Adopted, Adopter, Adopters, Adoption, AdoptionCounts, AdoptionStatus, GivenAdoption, GivenSet, Technologies,
    TechnologyEntry, TechnologyQuery, With,
};

/// What a change needs beside a connection.
struct Desk {
    audit: Audit,
    trace: Trace,
    now: Timestamp,
}

impl Desk {
    /// Makes the set of a member what its coordinator says.
    fn replace(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        code: &str,
        given: &GivenSet,
        wanted: &IfMatch,
    ) -> Result<Adoption, Error> {
        let organisation = check_editor(conn, code, officer)?;
        // Two coordinators who write at once do it one after the other.
        members::hold(conn, &organisation.code)?;
        let before = adoption(conn, &organisation)?;
        wanted.check(&before)?;
        let known: Vec<String> = members::technologies(conn)?.into_iter().map(|known| known.code).collect();
        let given = rules::parse(given, &known, self.now.day())?;
        let change = rules::change(&before.data, given);
        if change.is_empty() {
            return Ok(before);
        }
        store::remove(conn, organisation.id, &change.removed)?;
        store::put(conn, organisation.id, &change.put, officer.user_id, self.now)?;
        let entry = Entry::by(Event::AdoptionChanged, officer.user_id, organisation.id).of(organisation.id);
        self.audit.note(conn, &self.trace, &entry.with(json!({"technologies": change.technologies()})))?;
        adoption(conn, &organisation)
    }
}

/// The member or union that somebody may see.
fn member(conn: &mut Conn, code: &str, viewer: &Principal) -> Result<Organisation, Error> {
    let organisation = members::visible(conn, code, viewer.is_secretariat())?;
    match organisation.kind {
        OrganisationKind::Member | OrganisationKind::EconomicUnion => Ok(organisation),
        OrganisationKind::Secretariat | OrganisationKind::Partner => Err(Error::not_found()),
    }
}

/// The same, where somebody may say what it does: asked before anything is received that is said of it, too.
fn check_editor(conn: &mut Conn, code: &str, officer: &Principal) -> Result<Organisation, Error> {
    let organisation = member(conn, code, officer)?;
    policy::check_at(officer, organisation.id)?;
    Ok(organisation)
}

fn adoption(conn: &mut Conn, organisation: &Organisation) -> Result<Adoption, Error> {
    Ok(Adoption { data: store::of_member(conn, organisation.id)? })
}

/// Who says what of a technology.
fn adopters(conn: &mut Conn, technology: &str, everything: bool) -> Result<Adopters, Error> {
    let known = members::technologies(conn)?.into_iter().any(|known| known.code == technology);
    if known {
        Ok(Adopters { data: store::of_technology(conn, technology, everything)? })
    } else {
        Err(Error::not_found())
    }
}

/// The list of technologies; where it is asked for, with what members say of each.
fn technologies(conn: &mut Conn, counted: bool, everything: bool) -> Result<Technologies, Error> {
    let technologies = members::technologies(conn)?;
    let mut counts: Option<HashMap<String, AdoptionCounts>> =
        if counted { Some(rules::count(store::all(conn, everything)?)) } else { None };
    let entry = |technology: members::Technology| {
        let adoption = counts.as_mut().map(|counts| counts.remove(&technology.code).unwrap_or_default());
        TechnologyEntry { technology, adoption }
    };
    Ok(Technologies { data: technologies.into_iter().map(entry).collect() })
}

/// The organisations that say one of `statuses` of one of `technologies`, and are willing to talk about it or not. An empty
/// list does not restrict.
///
/// # Errors
/// Where the database says no.
pub fn organisations(
    conn: &mut Conn,
    technologies: &[String],
    statuses: &[AdoptionStatus],
    willing: Option<bool>,
) -> Result<Vec<Id>, Error> {
    store::organisations(conn, technologies, statuses, willing)
}
