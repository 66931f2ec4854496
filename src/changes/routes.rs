//! `/changes`.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::start_anew;
use super::types::{Change, ChangeList, ChangesQuery, EntryKind};
use super::{Place, Token, beginning, since};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::directory::Contact;
use crate::directory::formats::routes::hand_out;
use crate::directory::formats::{Handed, shown_with_depth, sight};
use crate::error::{Error, Fault};
use crate::http::page::{self, DEFAULT_LIMIT, MAX_LIMIT, PageInfo};
use crate::http::problem::Problem;
use crate::http::{Caller, List, Query};
use crate::identity::guards::Member;
use crate::members::{self, MemberStatus, Organisation};
use crate::policy::Principal;
use crate::time::Timestamp;

/// A change as its reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// What changed.
    pub kind: EntryKind,
    /// Which one.
    #[schema(value_type = String)]
    pub id: Id,
    /// Whether it is not there, or no longer, or not for this reader.
    pub gone: bool,
    /// When it changed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The contact as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The member as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Organisation>,
}

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/changes").route(web::get().to(list)));
}

/// What changed since, the oldest change first; a subject comes once a page, as it is now, where something changed that you may see. Contacts count against the day's
/// quota. 410 where one has to start anew, without `since`: after 90 days, or when one may see something else than then.
#[utoipa::path(get, path = "/api/v1/changes", tag = "directory", params(ChangesQuery), security(("bearer" = [])),
    responses((status = 200, body = ChangeList<Entry>), (status = "default", body = Problem)))]
pub async fn list(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse, Error> {
    let limit = query.0.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let fault = Fault::new("limit", "out_of_range").with("min", 1).with("max", MAX_LIMIT);
        return Err(Error::bad_query(vec![fault]));
    }
    let sight = sight(&viewer);
    let known = place(&portal, &sight, &query.0)?;
    let reader = viewer.0.clone();
    let (entries, next, is_full) = portal.db.read(move |conn| read(conn, &reader, known, i64::from(limit))).await?;
    let contacts = entries.iter().filter(|entry| entry.contact.is_some()).count();
    let rows = u32::try_from(contacts).unwrap_or(u32::MAX);
    let handed = Handed { format: "changes", rows, parameters: Vec::new(), is_file: false };
    hand_out(&portal, viewer.0.clone(), &caller, handed).await?;
    let since = next.seal(&portal.cursors, &sight);
    let page = PageInfo { limit, next_cursor: is_full.then(|| since.clone()) };
    let list = List { data: entries, page, total: None, facets: None };
    let body = ChangeList { list, since };
    Ok(page::respond(&request, &body.list.page, &body))
}

/// Where this reader stands; nowhere yet without a token.
fn place(portal: &Portal, sight: &str, query: &ChangesQuery) -> Result<Option<Place>, Error> {
    let (name, token) = match (&query.cursor, &query.since) {
        (Some(cursor), _) => ("cursor", cursor),
        (None, Some(since)) => ("since", since),
        (None, None) => return Ok(None),
    };
    match Place::open(&portal.cursors, sight, token) {
        Token::Good(place) => Ok(Some(place)),
        Token::Stale => Err(start_anew()),
        Token::Foreign => Err(Error::bad_query(vec![Fault::new(name, "bad_cursor")])),
    }
}

/// A page as this reader may see it, the place after it, and whether more may follow.
fn read(
    conn: &mut Conn,
    viewer: &Principal,
    known: Option<Place>,
    limit: i64,
) -> Result<(Vec<Entry>, Place, bool), Error> {
    let place = known.map_or_else(|| beginning(conn), Ok)?;
    let (changes, next) = since(conn, place, limit)?;
    let is_full = i64::try_from(changes.len()).unwrap_or(limit) >= limit;
    let there = |kind: EntryKind| -> Vec<Id> {
        changes.iter().filter(|change| change.kind == kind && !change.gone).map(|change| change.id).collect()
    };
    let contacts = shown_with_depth(conn, viewer, &there(EntryKind::Contact))?;
    let mut contacts: HashMap<Id, (Contact, i16)> = contacts.into_iter().map(|found| (found.0.id, found)).collect();
    let mut members = members::some(conn, &there(EntryKind::Member))?;
    members.retain(|member| viewer.is_secretariat() || member.status != MemberStatus::Hidden);
    let mut members: HashMap<Id, Organisation> = members.into_iter().map(|member| (member.id, member)).collect();
    let (mut entries, mut told, mut newest) = (Vec::with_capacity(changes.len()), HashSet::new(), None);
    // From the last on: of several changes of a contact the newest that the reader hears of is told.
    for Change { kind, id, seq, at, level, .. } in changes.into_iter().rev() {
        let (contact, member) = match kind {
            EntryKind::Contact => {
                let sees = contacts.get(&id).is_some_and(|(_, depth)| *depth >= level);
                if (level > 0 && !sees) || !told.insert(id) {
                    continue;
                }
                (contacts.remove(&id).map(|(contact, _)| contact), None)
            }
            EntryKind::Member => (None, members.remove(&id)),
        };
        newest = newest.or(Some(seq));
        entries.push(Entry { kind, id, gone: contact.is_none() && member.is_none(), at, contact, member });
    }
    entries.reverse();
    Ok((entries, if is_full { next } else { place.at_end(newest) }, is_full))
}
