//! What the Secretariat keeps of each member: its names, region, languages, mail domains, accession and status; what they
//! were before; and how many members a region had on a day.
//!
//! A feature beside `members`, because it needs what stands on `members` itself: the policy, the audit log, the directory.
//! An edit names the version it was made from, so of two editors the second is told. In one transaction it changes the
//! member, writes what was before into the history, and notes in the audit log which fields they were (never what stood in
//! them). A region is copied into the contacts, because one index gives a page of them by region in order; an edit that
//! moves a member moves its contacts in the same transaction ([`directory::set_region`]).
//!
//! Counts of a day take accession and leaving as the records tell them now, since a wrong date that was put right was wrong
//! all along; region and status as they stood at the end of that day. Before the first edit a member is taken to have been
//! what it was then.
//!
//! Left out: adding members, and edits that are to come into force later.

pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::HashSet;

use serde_json::json;

use crate::audit::{Audit, Entry, Event, Trace};
use crate::changes::{self, EntryKind};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::http::IfMatch;
use crate::members::{self, Organisation, Particulars};
use crate::random::Random;
use crate::time::{Day, Timestamp};
pub use types::{
    ChangeMember, HistoryEntry, HistoryQuery, MemberCount, MemberView, RegionCount, Regions, RegionsQuery,
};

/// What an edit needs beside a connection.
struct Desk {
    audit: Audit,
    random: Random,
    trace: Trace,
    now: Timestamp,
}

impl Desk {
    /// Changes a member that is as `wanted` says.
    fn change(
        &self,
        conn: &mut Conn,
        officer: Id,
        code: &str,
        form: &ChangeMember,
        wanted: &IfMatch,
    ) -> Result<MemberView, Error> {
        let organisation = members::hold(conn, code)?;
        let shown = view(conn, organisation.clone(), true)?;
        wanted.check(&shown)?;
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
        self.audit.note(conn, &self.trace, &entry.with(json!({"fields": fields})))?;
        if (&after.name_en, &after.name_fr) != (&before.name_en, &before.name_fr) {
            // The cards of its contacts name it.
            directory::note_renamed(conn, organisation.id, self.now)?;
        }
        let gone = after.status == members::MemberStatus::Hidden;
        let was_gone = before.status == members::MemberStatus::Hidden;
        if gone != was_gone {
            // Its contacts go and come with it.
            directory::note_hidden(conn, organisation.id, gone, self.now)?;
        }
        if gone && was_gone {
            // Of what is and was hidden nobody hears.
            changes::count_up(conn)?;
        } else {
            changes::note(conn, EntryKind::Member, &[organisation.id], gone, self.now)?;
        }
        let organisation = members::get(conn, &organisation.code)?;
        view(conn, organisation, true)
    }
}

/// A member as somebody sees it who may see its mail domains or not.
fn view(conn: &mut Conn, organisation: Organisation, with_domains: bool) -> Result<MemberView, Error> {
    let id = organisation.id;
    let mail_domains = if with_domains { Some(members::mail_domains(conn, id)?) } else { None };
    Ok(MemberView { organisation, aliases: members::aliases(conn, id)?, mail_domains })
}

/// The members of each region on a day. Who has a contact is known of today alone.
fn regions(conn: &mut Conn, on: Day, today: Day) -> Result<Regions, Error> {
    let members = members::all(conn)?;
    let then = store::as_of(conn, on.end())?;
    let represented: Option<HashSet<Id>> =
        if on == today { Some(directory::represented(conn)?.into_iter().collect()) } else { None };
    Ok(rules::count(&members, &then, on, represented.as_ref()))
}
