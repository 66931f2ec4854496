//! Adoption: which technologies each member uses or plans to use, since when, and whether it is willing to share
//! experience.
//!
//! A member's own coordinators enter it, and the Secretariat for every member. A write replaces the whole set of a
//! member and names the version that was read (`If-Match`), so two coordinators do not overwrite each other; unchanged
//! rows keep their author and time. Rows of technologies that are no longer on the list are kept and not shown. The
//! whole community reads all of it: by member, by technology, and counted ([`Adoptions::technologies`]); only the
//! Secretariat sees hidden members.
//!
//! For other features, [`organisations`] is the filter by adoption, and [`shown_to_members`] all that members read.
//!
//! Left out: a history (the audit log has who changed which technology), and evidence.

pub mod pages;
mod personal_data;
pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::json;

pub use personal_data::PersonalRecords;
pub use rules::MAX_ENTRIES;
pub use types::{
    Adopter, Adopters, Adoption, AdoptionCounts, AdoptionEntry, AdoptionStatus, Expansion, GivenAdoption, GivenSet,
    Technologies, TechnologyEntry, TechnologyQuery,
};

use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::IfMatch;
use crate::members::{self, Organisation, OrganisationKind, Technology};
use crate::policy::{self, Principal};
use crate::service::{Foundation, Service, UnitOfWork};

/// The adoption of technologies by members. Cloning is cheap.
#[derive(Clone)]
pub struct Adoptions {
    foundation: Foundation,
}

impl Service for Adoptions {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Adoptions {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation) -> Self {
        Self { foundation }
    }

    /// The set of the member or union with this code.
    ///
    /// # Errors
    /// 404 where there is none, or it is hidden from the viewer.
    pub async fn get(&self, viewer: Arc<Principal>, code: String) -> Result<Adoption, Error> {
        self.read(move |conn| {
            let organisation = visible(conn, &code, &viewer)?;
            adoption(conn, &organisation)
        })
        .await
    }

    /// Refuses an officer who may not write the set of this member: before the body of the request is received.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn check_editor(&self, officer: Arc<Principal>, code: String) -> Result<(), Error> {
        self.read(move |conn| editable(conn, &code, &officer).map(drop)).await
    }

    /// Replaces the set of a member if its version is `seen`.
    ///
    /// # Errors
    /// 403, 404, 412, 422.
    pub async fn replace(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        code: String,
        given: GivenSet,
        seen: IfMatch,
    ) -> Result<Adoption, Error> {
        self.write(trace, move |unit, conn| unit.replace(conn, &officer, &code, &given, &seen)).await
    }

    /// The list of technologies; if `is_counted`, with the counts of each.
    pub async fn technologies(&self, viewer: Arc<Principal>, is_counted: bool) -> Result<Technologies, Error> {
        self.read(move |conn| technologies(conn, is_counted, viewer.is_secretariat())).await
    }

    /// The members that have an entry for this technology.
    ///
    /// # Errors
    /// 404 where the technology is not on the list.
    pub async fn adopters(&self, viewer: Arc<Principal>, technology: String) -> Result<Adopters, Error> {
        self.read(move |conn| adopters(conn, &technology, viewer.is_secretariat())).await
    }
}

impl UnitOfWork<Adoptions> {
    fn replace(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        code: &str,
        given: &GivenSet,
        seen: &IfMatch,
    ) -> Result<Adoption, Error> {
        let organisation = editable(conn, code, officer)?;
        // Concurrent writes for one member are serialised.
        members::get_for_update(conn, &organisation.code)?;
        let before = adoption(conn, &organisation)?;
        seen.check(&before)?;
        let known: Vec<String> = members::technologies(conn)?.into_iter().map(|known| known.code).collect();
        let given = rules::parse(given, &known, self.now.day())?;
        self.apply(conn, officer, organisation.id, &before, given)?;
        adoption(conn, &organisation)
    }

    /// Takes over what a member has told of technologies elsewhere, beside what it says of others. An entry with the same
    /// status stays as it is.
    pub fn take_over(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        organisation: Id,
        told: Vec<GivenAdoption>,
    ) -> Result<(), Error> {
        let member = members::some(conn, &[organisation])?.pop().ok_or_else(Error::not_found)?;
        // Concurrent writes for one member are serialised.
        members::get_for_update(conn, &member.code)?;
        let before = adoption(conn, &member)?;
        let merged = rules::merged(&before.data, told);
        self.apply(conn, officer, organisation, &before, merged)
    }

    /// Replaces a set by a validated one.
    fn apply(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        organisation: Id,
        before: &Adoption,
        given: Vec<GivenAdoption>,
    ) -> Result<(), Error> {
        let change = rules::change(&before.data, given);
        if change.is_empty() {
            return Ok(());
        }
        store::remove(conn, organisation, &change.removed)?;
        store::put(conn, organisation, &change.put, officer.user_id, self.now)?;
        let entry = Entry::by(Event::AdoptionChanged, officer.user_id, organisation).of(organisation);
        self.audit.record(conn, &self.trace, &entry.with(json!({"technologies": change.technologies()})))
    }
}

/// The member or union with this code, if the viewer may see it.
fn visible(conn: &mut Conn, code: &str, viewer: &Principal) -> Result<Organisation, Error> {
    let organisation = members::visible(conn, code, viewer.is_secretariat())?;
    match organisation.kind {
        OrganisationKind::Member | OrganisationKind::EconomicUnion => Ok(organisation),
        OrganisationKind::Secretariat | OrganisationKind::Partner => Err(Error::not_found()),
    }
}

/// The member or union with this code, if the officer may write its set.
fn editable(conn: &mut Conn, code: &str, officer: &Principal) -> Result<Organisation, Error> {
    let organisation = visible(conn, code, officer)?;
    policy::check_at(officer, organisation.id)?;
    Ok(organisation)
}

fn adoption(conn: &mut Conn, organisation: &Organisation) -> Result<Adoption, Error> {
    Ok(Adoption { data: store::of_member(conn, organisation.id)? })
}

fn adopters(conn: &mut Conn, technology: &str, everything: bool) -> Result<Adopters, Error> {
    let is_known = members::technologies(conn)?.into_iter().any(|known| known.code == technology);
    if is_known {
        Ok(Adopters { data: store::of_technology(conn, technology, everything)? })
    } else {
        Err(Error::not_found())
    }
}

fn technologies(conn: &mut Conn, is_counted: bool, everything: bool) -> Result<Technologies, Error> {
    let technologies = members::technologies(conn)?;
    let mut counts: Option<HashMap<String, AdoptionCounts>> =
        if is_counted { Some(rules::count(store::all(conn, everything)?)) } else { None };
    let entry = |technology: Technology| {
        let adoption = counts.as_mut().map(|counts| counts.remove(&technology.code).unwrap_or_default());
        TechnologyEntry { technology, adoption }
    };
    Ok(Technologies { data: technologies.into_iter().map(entry).collect() })
}

/// What every member reads of the adoption of the others: organisation, technology and status, some thousand at most.
pub fn shown_to_members(conn: &mut Conn) -> Result<Vec<(Id, String, AdoptionStatus)>, Error> {
    let known: HashSet<String> = members::technologies(conn)?.into_iter().map(|known| known.code).collect();
    let mut entries = store::of_visible(conn)?;
    entries.retain(|(_, technology, _)| known.contains(technology));
    Ok(entries)
}

/// The organisations with an entry that has one of `technologies`, one of `statuses`, and this willingness. An empty
/// list does not restrict.
pub fn organisations(
    conn: &mut Conn,
    technologies: &[String],
    statuses: &[AdoptionStatus],
    willing: Option<bool>,
) -> Result<Vec<Id>, Error> {
    store::organisations(conn, technologies, statuses, willing)
}
