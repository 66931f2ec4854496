//! Members as the Secretariat edits them: names, region, languages, mail domains, accession and status; their history;
//! and the number of members of each region on a day.
//!
//! Separate from `members`, because it needs features that are based on `members`: the policy, the audit log, the
//! directory. An edit names the version that it was made from (`If-Match`), so the second of two concurrent editors is
//! refused. One transaction changes the member, stores its previous state in the history, and records the names of the
//! changed fields in the audit log (never their values). Contacts have a copy of the region, so that one index gives a
//! page of them in the order of regions; an edit of a region updates the contacts in the same transaction
//! ([`directory::set_region`]).
//!
//! Counts of a day use the dates of accession and leaving as recorded today, since a correction of a wrong date holds
//! for the past as well; region and status are those of the end of that day. Before its first edit, a member had the
//! state that this edit found.
//!
//! - `partners` partner agencies, which the Secretariat adds, and the rounds of surveys that ask one
//! - `frames` the organisations that were active on a day, for rounds of surveys
//! - `pages` the page of a member, its change and its history; those of partner agencies
//! - `routes` the same for programs
//! - `rules` validation, differences, and counts
//!
//! Left out: adding members, and edits that come into force later.

mod frames;
pub mod pages;
mod partners;
pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;

pub use frames::{active_members, active_partners};
pub use partners::MAX_PARTNERS;
pub use rules::{MAX_ENTRIES, MAX_LANGUAGES, MAX_NAME};
pub use types::{
    AskedRound, ChangeMember, GivenPartner, HistoryEntry, HistoryQuery, MemberCount, MemberView, Partner, PartnerList,
    PartnerView, RegionCount, Regions, RegionsQuery,
};

use crate::audit::{Entry, Event, Trace};
use crate::changes::{self, EntryKind};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::http::IfMatch;
use crate::members::{self, MemberStatus, Organisation, OrganisationKind, Particulars};
use crate::policy::{self, Principal};
use crate::service::{Foundation, Service, UnitOfWork};
use crate::time::Day;

/// Members, their history, and the counts of regions. Cloning is cheap.
#[derive(Clone)]
pub struct Membership {
    foundation: Foundation,
}

impl Service for Membership {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Membership {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation) -> Self {
        Self { foundation }
    }

    /// The member with this code; its mail domains for the Secretariat and its own coordinators only.
    ///
    /// # Errors
    /// 404 where there is none, or it is hidden from the viewer.
    pub async fn get(&self, viewer: Arc<Principal>, code: String) -> Result<MemberView, Error> {
        let read = move |conn: &mut Conn| {
            let organisation = members::visible(conn, &code, viewer.is_secretariat())?;
            let with_domains = policy::check_at(&viewer, organisation.id).is_ok();
            view(conn, organisation, with_domains)
        };
        self.foundation.db.read_snapshot(read).await
    }

    /// Changes the member with this code if its version is `seen`.
    ///
    /// # Errors
    /// 404, 412, 422.
    pub async fn change(
        &self,
        officer: Id,
        trace: Trace,
        code: String,
        form: ChangeMember,
        seen: IfMatch,
    ) -> Result<MemberView, Error> {
        self.write(trace, move |unit, conn| unit.change(conn, officer, &code, &form, &seen)).await
    }

    /// History entries of a member older than `before`, the newest first; at most `limit`.
    ///
    /// # Errors
    /// 404.
    pub async fn history(&self, code: String, before: Option<Id>, limit: i64) -> Result<Vec<HistoryEntry>, Error> {
        self.read(move |conn| {
            let organisation = members::visible(conn, &code, true)?;
            store::list(conn, organisation.id, before, limit)
        })
        .await
    }

    /// The number of members of each region on a day; today where none is given.
    pub async fn regions(&self, day: Option<Day>) -> Result<Regions, Error> {
        let today = self.foundation.clock.now().day();
        let day = day.unwrap_or(today);
        self.foundation.db.read_snapshot(move |conn| regions(conn, day, today)).await
    }
}

impl UnitOfWork<Membership> {
    fn change(
        &self,
        conn: &mut Conn,
        officer: Id,
        code: &str,
        form: &ChangeMember,
        seen: &IfMatch,
    ) -> Result<MemberView, Error> {
        let organisation = members::get_for_update(conn, code)?;
        let shown = view(conn, organisation.clone(), true)?;
        seen.check(&shown)?;
        let before = Particulars::from(&shown);
        let after = rules::apply(form, &before)?;
        let fields = rules::changed(&before, &after);
        if fields.is_empty() {
            return Ok(shown);
        }
        members::change(conn, &organisation, &after, &fields, self.now)?;
        if after.region != before.region {
            directory::set_region(conn, organisation.id, after.region, self.now)?;
        }
        store::insert(conn, Id::new(self.now, &self.random), organisation.id, officer, &fields, &before, self.now)?;
        let entry = Entry::by(Event::MemberChanged, officer, organisation.id).of(organisation.id);
        self.audit.record(conn, &self.trace, &entry.with(json!({"fields": fields})))?;
        if (&after.name_en, &after.name_fr) != (&before.name_en, &before.name_fr) {
            // The cards of its contacts show its name.
            directory::note_renamed(conn, organisation.id, self.now)?;
        }
        let is_hidden = after.status == MemberStatus::Hidden;
        let was_hidden = before.status == MemberStatus::Hidden;
        if is_hidden != was_hidden {
            directory::note_hidden(conn, organisation.id, is_hidden, self.now)?;
        }
        if (is_hidden && was_hidden) || organisation.kind == OrganisationKind::Partner {
            // A hidden member stays out of the feed of changes, and so does an agency, which is no member.
            changes::count_up(conn, self.now)?;
        } else {
            changes::record(conn, EntryKind::Member, &[organisation.id], is_hidden, self.now)?;
        }
        let organisation = members::get(conn, &organisation.code)?;
        view(conn, organisation, true)
    }
}

fn view(conn: &mut Conn, organisation: Organisation, with_domains: bool) -> Result<MemberView, Error> {
    let id = organisation.id;
    let mail_domains = if with_domains { Some(members::mail_domains(conn, id)?) } else { None };
    Ok(MemberView { organisation, aliases: members::aliases(conn, id)?, mail_domains })
}

/// The members of each region on a day. Which members have a contact is known for today only.
fn regions(conn: &mut Conn, day: Day, today: Day) -> Result<Regions, Error> {
    let members = members::all(conn)?;
    let past = store::as_of(conn, day.end())?;
    let represented: Option<HashSet<Id>> =
        if day == today { Some(directory::represented(conn)?.into_iter().collect()) } else { None };
    Ok(rules::count(&members, &past, day, represented.as_ref()))
}
