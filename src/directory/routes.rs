//! `/contacts`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::guard::fn_guard;
use actix_web::http::header::VARY;
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, web};

use super::formats::routes as formats;
use super::index::Facet;
use super::labels::Labels;
use super::search::{Place, Search};
use super::terms::terms;
use super::types::{ChangeContact, Contact, ContactQuery, Filter, Sort};
use super::{parse_change, rules, store};
use crate::adoption::{self, AdoptionStatus};
use crate::app::Portal;
use crate::appointments::Role;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault, Faults};
use crate::http::page::{Facets, bad_cursor};
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, IfMatch, List, Query, Unread, etag};
use crate::i18n::{Catalogue, Language};
use crate::identity::{self, guards::Member};
use crate::mail::{Letter, Outbox};
use crate::members;
use crate::policy::{self, Principal, Sight};
use crate::text;
use crate::throttle::{Causer, Throttle};

/// Most characters of a search.
const MAX_SEARCH: usize = 200;
/// How long word of a change is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/contacts")
                .wrap(DefaultHeaders::new().add((VARY, "accept")))
                .route(web::get().guard(fn_guard(formats::wants_another_list)).to(formats::list_as))
                .route(web::get().to(list)),
        )
        .service(
            web::resource("/contacts/{id}")
                .wrap(DefaultHeaders::new().add((VARY, "accept")))
                .route(web::get().guard(fn_guard(formats::wants_another_one)).to(formats::one_as))
                .route(web::get().to(one))
                .route(web::patch().to(change)),
        );
}

/// Contacts: searched, filtered, sorted; with the counts of facets and the total where they are asked for.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "directory", params(ContactQuery), security(("bearer" = [])),
    responses((status = 200, body = List<Contact>), (status = "default", body = Problem)))]
pub async fn list(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let page = Asked::of(&request, query.0.limit, query.0.cursor.as_deref())?;
    check_seen(&portal, &viewer)?;
    let (after, fetch) = (place(&page)?, page.rows());
    let facets = facets(query.0.facets.as_deref().unwrap_or_default())?;
    let total = query.0.total.unwrap_or(false);
    let (search, catalogue) = (prepare(&portal, &viewer, query.0)?, Arc::clone(&portal.catalogue));
    let (found, labelled) = portal
        .db
        .read(move |conn| {
            let search = search(conn)?;
            let mut found = search.page(conn, after.as_ref(), fetch, total, &facets)?;
            let mut labelled = Facets::new();
            for (facet, counts) in std::mem::take(&mut found.facets) {
                let labels = Labels::read(conn, facet, search.language)?;
                let values = labels.apply(&catalogue, search.language, counts, &search.filter);
                labelled.insert(facet.as_str().to_owned(), values);
            }
            Ok((found, labelled))
        })
        .await?;
    let keys = |(_, place): &(Contact, Place)| Cursor::after(&[&place.member, &place.key, &place.id.to_string()]);
    let mut list = page.cut(found.rows, keys)?.map(|(contact, _)| contact);
    note_seen(&portal, &viewer, list.data.len());
    list.total = found.total;
    list.facets = (!labelled.is_empty()).then_some(labelled);
    Ok(list.respond(&request))
}

/// The place that a cursor names.
fn place(page: &Asked) -> Result<Option<Place>, Error> {
    let Some([member, key, id]) = page.after::<3>()? else { return Ok(None) };
    let id = id.parse().map_err(|_other_version| bad_cursor())?;
    Ok(Some(Place { member, key, id }))
}

/// Reads the facets asked for, each once: to count one takes a while.
fn facets(text: &str) -> Result<Vec<Facet>, Error> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let unknown = |name: &str| {
        let fault = text::unknown_value(name, Facet::ALL.iter().map(|facet| facet.as_str()));
        Error::bad_query(vec![Fault { pointer: "facets".to_owned(), ..fault }])
    };
    let facets = names.map(|name| Facet::parse(name).ok_or_else(|| unknown(name)));
    Ok(facets.collect::<Result<BTreeSet<Facet>, Error>>()?.into_iter().collect())
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "directory", security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Contact), (status = "default", body = Problem)))]
pub async fn one(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, sight) = (id.into_inner(), Sight::of(&viewer));
    check_seen(&portal, &viewer)?;
    let found = portal.db.read(move |conn| Ok(store::find(conn, &sight, id)?.map(|found| (found, sight)))).await?;
    let ((row, member), sight) = found.ok_or_else(Error::not_found)?;
    note_seen(&portal, &viewer, 1);
    etag::respond(&request, &rules::shown_to(&sight, row, member, &[]))
}

/// Lets somebody read on who has not looked at too many contacts today. The Secretariat is free.
///
/// # Errors
/// 429.
pub(super) fn check_seen(portal: &Portal, viewer: &Principal) -> Result<(), Error> {
    if viewer.is_secretariat() { Ok(()) } else { portal.seen.check(viewer.user_id) }
}

/// Counts contacts that somebody was shown.
pub(super) fn note_seen(portal: &Portal, viewer: &Principal, contacts: usize) {
    if !viewer.is_secretariat() {
        portal.seen.count(viewer.user_id, contacts);
    }
}

/// Changes a contact: its owner, a coordinator of its organisation, or the Secretariat. Officers change fields that they see
/// themselves, and only narrow who else does; the owner hears what they changed.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "directory", request_body = ChangeContact,
    params(("id" = String, Path), ("If-Match" = String, Header)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Contact), (status = "default", body = Problem)))]
pub async fn change(
    editor: Member,
    portal: web::Data<Portal>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Unread<ChangeContact>,
) -> Result<HttpResponse, Error> {
    let (asked, id) = (Arc::clone(&editor.0), id.into_inner());
    let check = move |conn: &mut Conn| {
        let (row, _) = store::find(conn, &Sight::of(&asked), id)?.ok_or_else(Error::not_found)?;
        policy::may_change_contact(&asked, row.user_id, row.organisation_id)
    };
    portal.db.read(check).await?;
    let mut faults = Faults::new();
    let change = parse_change(&body.read().await?, &mut faults);
    faults.finish()?;
    let (now, desk) = (portal.clock.now(), Desk::of(&portal, &caller));
    let contact = portal
        .db
        .write(move |conn| {
            conn.take_turn()?;
            let sight = Sight::of(&editor);
            let (row, member) = store::find(conn, &sight, id)?.ok_or_else(Error::not_found)?;
            policy::may_change_contact(&editor, row.user_id, row.organisation_id)?;
            let allowed = rules::check_change(&sight, &row, &change);
            let (fields, place) = (rules::changed(&row, &change), (row.user_id, row.organisation_id));
            let names = (member.name_en.clone(), member.name_fr.clone());
            seen.check(&rules::shown_to(&sight, row, member, &[]))?;
            allowed?;
            members::check_technologies(conn, change.technologies.as_deref().unwrap_or_default(), "/technologies")?;
            if !fields.is_empty() {
                store::change(conn, &[id], &change, now)?;
                desk.note(conn, &editor, place, &fields)?;
                desk.tell(conn, &editor, place.0, &names, &fields)?;
            }
            let (row, member) = store::find(conn, &sight, id)?.ok_or_else(Error::not_found)?;
            Ok(rules::shown_to(&sight, row, member, &[]))
        })
        .await?;
    portal.outbox.ring();
    etag::respond(&request, &contact)
}

/// What writes down a change of a contact, and tells its owner.
struct Desk {
    audit: Audit,
    outbox: Outbox,
    catalogue: Arc<Catalogue>,
    throttle: Arc<Throttle>,
    trace: Trace,
}

impl Desk {
    fn of(portal: &Portal, caller: &Caller) -> Self {
        let (audit, outbox, catalogue) = (portal.audit.clone(), portal.outbox.clone(), Arc::clone(&portal.catalogue));
        Self { audit, outbox, catalogue, throttle: Arc::clone(&portal.throttle), trace: Trace::from(caller) }
    }

    fn note(&self, conn: &mut Conn, editor: &Principal, (owner, at): (Id, Id), fields: &[&str]) -> Result<(), Error> {
        let entry = Entry::by(Event::ContactChanged, editor.user_id, owner).of(at);
        self.audit.note(conn, &self.trace, &entry.with(serde_json::json!({"fields": fields})))
    }

    /// Whoever is not told of the change otherwise: what was changed and by whom, without the values.
    fn tell(
        &self,
        conn: &mut Conn,
        editor: &Principal,
        owner: Id,
        (english, french): &(String, String),
        fields: &[&str],
    ) -> Result<(), Error> {
        if editor.user_id == owner {
            return Ok(());
        }
        self.throttle.charge_mail(conn, Causer::Officer(editor.user_id), owner)?;
        let owner = identity::get_user(conn, owner)?;
        let language = owner.preferred_language;
        let names = fields.iter().map(|field| self.catalogue.text(language, &format!("changed-{field}"), &[]));
        let organisation = if language.catalogue() == Language::Fr { french } else { english };
        let by = if editor.is_secretariat() { Role::Secretariat } else { Role::Coordinator };
        let args = vec![
            ("by", by.to_string()),
            ("organisation", organisation.clone()),
            ("fields", names.collect::<Vec<_>>().join(", ")),
        ];
        let letter = Letter { kind: "contact_changed", name: owner.name.clone(), args, link: None };
        self.outbox.post(conn, &owner.recipient(), &letter, NOTICE_LIFE)
    }
}

/// Reads a query; what of it takes the database is looked up by the function that is returned.
///
/// # Errors
/// 400 for what can't be meant.
pub(super) fn prepare(
    portal: &Portal,
    viewer: &Principal,
    query: ContactQuery,
) -> Result<impl FnOnce(&mut Conn) -> Result<Search, Error> + Send + 'static, Error> {
    let (runs, willing) = (query.runs.clone(), query.willing);
    let (sort, sight, language) = (query.sort.unwrap_or(Sort::Name), Sight::of(viewer), viewer.language);
    let (filter, known) = (filter(query)?, portal.known.clone());
    Ok(move |conn: &mut Conn| {
        // Where no word was typed nobody asks for names.
        let names = if filter.terms.is_empty() { Arc::default() } else { known.names.current(conn)? };
        let filter = adopters(conn, filter, &runs, willing)?;
        Ok(Search { filter, sort, sight, language, names, sets: known.sets })
    })
}

/// Narrows the members to those that run a technology, or are willing to talk about one.
fn adopters(conn: &mut Conn, filter: Filter, runs: &[String], willing: Option<bool>) -> Result<Filter, Error> {
    if runs.is_empty() && willing.is_none() {
        return Ok(filter);
    }
    let in_use: &[AdoptionStatus] = if runs.is_empty() { &[] } else { &[AdoptionStatus::InUse] };
    let runs: Vec<String> = runs.iter().map(|code| code.to_lowercase()).collect();
    let found = adoption::organisations(conn, &runs, in_use, willing)?;
    let mut codes: Vec<String> = store::organisations(conn)?
        .into_iter()
        .filter(|(id, ..)| found.contains(id))
        .map(|(_, code, ..)| code)
        .collect();
    if let Some(asked) = &filter.members {
        codes.retain(|code| asked.contains(code));
    }
    Ok(Filter { members: Some(codes), ..filter })
}

fn filter(query: ContactQuery) -> Result<Filter, Error> {
    let search = query.q.unwrap_or_default();
    if search.chars().count() > MAX_SEARCH {
        return Err(Error::bad_query(vec![Fault::new("q", "too_long").with("max", MAX_SEARCH)]));
    }
    for (parameter, codes) in [
        ("member", &query.member),
        ("language", &query.language),
        ("technology", &query.technology),
        ("runs", &query.runs),
    ] {
        if let Some(code) = codes.iter().find(|code| !text::is_code(code)) {
            let fault = Fault::new(parameter, "bad_code").with("value", text::shown(code));
            return Err(Error::bad_query(vec![fault]));
        }
    }
    let members: Vec<String> = query.member.iter().map(|code| code.to_ascii_uppercase()).collect();
    Ok(Filter {
        terms: terms(&search),
        regions: query.region,
        members: (!members.is_empty()).then_some(members),
        roles: query.role,
        languages: query.language.iter().map(|code| code.to_lowercase()).collect(),
        technologies: query.technology.iter().map(|code| code.to_lowercase()).collect(),
        confirmations: query.confirmation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_is_counted_once_however_often_it_is_asked_for() {
        let often = facets(&"role,region,".repeat(300)).unwrap();
        assert_eq!(often, facets("region,role").unwrap());
        assert_eq!(often.len(), 2);
    }
}
