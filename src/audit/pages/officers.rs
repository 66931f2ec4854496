//! Pages of the audit log: searched by person, deed and days, and one entry with an address of its own. They only read.
//!
//! An entry has people and things by id (`about`). People are shown by name to readers who know their names
//! (`life_cycle`), by a short number to others; codes are shown in words. Officers who manage appointments may also
//! search by name, among the people of their organisations; those who manage accounts by the address of an account.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::super::details::CREDENTIAL;
use super::super::{AuditFilter, AuditLog, Event, StoredEntry};
use super::about::{self, Names};
use crate::accounts::Accounts;
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanReadAudit;
use crate::life_cycle::LifeCycle;
use crate::mail::EmailAddress;
use crate::policy::{self, Action};
use crate::rounds::Rounds;
use crate::time::{Day, Timestamp};
use crate::web::{Choice, Facts, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table, returned};

/// Most people who are meant by a name.
const MOST_NAMED: usize = 25;
/// The columns of the log.
const COLUMNS: [&str; 5] = ["when", "event", "by", "about", "network"];

/// What to look for. What is empty restricts nothing.
#[derive(Deserialize)]
pub(super) struct SearchQuery {
    /// The id of a person, a name, or the address of an account.
    #[serde(default)]
    person: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    cursor: Option<String>,
}

/// One entry.
#[derive(Template)]
#[template(path = "audit/entry.html")]
struct EntryPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    detail: Facts,
    /// The numbers by which programs know it.
    technical: Facts,
}

/// The log, the newest entries first.
pub(super) async fn list(
    reader: CanReadAudit,
    page: Page,
    log: web::Data<AuditLog>,
    (accounts, life_cycle, rounds): (web::Data<Accounts>, web::Data<LifeCycle>, web::Data<Rounds>),
    request: HttpRequest,
    query: Query<SearchQuery>,
) -> PageResult {
    let query = query.0;
    let asked = PageRequest::of(&request, None, query.cursor.as_deref())?;
    let form = FormState::default().with("person", &query.person).with("action", &query.action);
    let form = form.with("from", &query.from).with("to", &query.to);
    // A person who is sought by number is named beside the way to the list without that filter.
    let sought = query.person.parse::<Id>().ok();
    let (filter, has_more) = match filter((accounts.get_ref(), life_cycle.get_ref()), &reader, &query).await {
        Ok(found) => found,
        Err(error) => {
            let form = returned(&page, form, error)?;
            let none = Table::new(&page, "page-audit", &COLUMNS);
            let fields = fields(&page, sought.is_some());
            return ListPage::new(&page, page.text("page-audit"), none).with_filters(form, fields).show();
        }
    };
    let rows = log.list(&reader, filter, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let names = Names::of(&page, (life_cycle.get_ref(), rounds.get_ref()), &reader.0, &list.data, sought).await?;
    let mut table = Table::new(&page, "page-audit", &COLUMNS);
    for row in &list.data {
        table.push(vec![
            Shown::moment(&page, row.at).leading_to(format!("/audit/{}", row.id)),
            Shown::text(what(&page, row)),
            row.actor_id.map_or_else(|| nobody(&page, row), |id| about::person(&page, &names, id)),
            about::subject(&page, &names, row),
            row.network.as_deref().map(Shown::code).unwrap_or_default(),
        ]);
    }
    let called = |id| names.person(id).cloned().unwrap_or_else(|| about::number(&page, id));
    let name = sought.map_or_else(|| query.person.clone(), called);
    let listing = chosen(&page, Listing::of(&page, &list.page), &query, &name);
    let fields = fields(&page, sought.is_some());
    let mut content = ListPage::new(&page, page.text("page-audit"), table).with_filters(form, fields);
    if has_more {
        content = content.saying(page.say("audit-person-more", "count", MOST_NAMED));
    }
    content.with_listing(listing).show()
}

/// The filters that are in force.
fn chosen(page: &Page, mut listing: Listing, query: &SearchQuery, name: &str) -> Listing {
    let words = [
        ("person", &query.person, name.to_owned()),
        ("action", &query.action, page.words("audit", &query.action)),
        ("from", &query.from, page.say("audit-from", "at", &query.from)),
        ("to", &query.to, page.say("audit-to", "at", &query.to)),
    ];
    for (name, value, label) in words {
        if !value.is_empty() {
            listing = listing.filtered(page, name, value, label);
        }
    }
    listing
}

/// The entries that are looked for, and whether a name means more people than they are looked for of.
///
/// # Errors
/// 400 for what is no person or no day.
async fn filter(
    services: (&Accounts, &LifeCycle),
    reader: &CanReadAudit,
    query: &SearchQuery,
) -> Result<(AuditFilter, bool), Error> {
    let day = |field: &str, text: &str| match text {
        "" => Ok(None),
        text => Day::parse(text).map(Some).ok_or_else(|| fault(field, FieldCode::BadDate)),
    };
    let (people, has_more) = sought(services, reader, query.person.trim()).await?;
    let filter = AuditFilter {
        people,
        events: Event::parse(&query.action).into_iter().collect(),
        from: day("from", &query.from)?,
        to: day("to", &query.to)?,
        ..AuditFilter::default()
    };
    Ok((filter, has_more))
}

/// The people of an id, of the address of an account for those who manage accounts, or of a name for officers who look
/// after people, the first of those who bear it, and whether there are more. None where nobody is sought.
async fn sought(
    (accounts, life_cycle): (&Accounts, &LifeCycle),
    reader: &CanReadAudit,
    text: &str,
) -> Result<(Vec<Id>, bool), Error> {
    if text.is_empty() {
        return Ok((Vec::new(), false));
    }
    if let Ok(id) = text.parse() {
        return Ok((vec![id], false));
    }
    let may = |action| policy::check(reader, action).is_ok();
    if let Some(address) = EmailAddress::parse(text).ok().filter(|_| may(Action::ManageAccounts))
        && let Some(account) = accounts.find(address).await?.into_iter().next()
    {
        return Ok((vec![account.id], false));
    }
    let mut people = Vec::new();
    if may(Action::ManageAppointments) {
        let limit = i64::try_from(MOST_NAMED).or_internal()? + 1;
        people = life_cycle.named(Arc::clone(&reader.0), text, limit).await?;
    }
    let has_more = people.len() > MOST_NAMED;
    people.truncate(MOST_NAMED);
    if people.is_empty() { Err(fault("person", FieldCode::UnknownPerson)) } else { Ok((people, has_more)) }
}

fn fault(field: &str, code: FieldCode) -> Error {
    Error::bad_query(vec![FieldError::new(field, code)])
}

/// The filters. A person who is sought by number stays so, without the number in sight.
fn fields(page: &Page, by_number: bool) -> Vec<Field> {
    let any = Choice { value: String::new(), label: page.text("list-any") };
    let event = |event: &Event| Choice { value: event.as_str().to_owned(), label: page.words("audit", event.as_str()) };
    let events = std::iter::once(any).chain(Event::ALL.iter().map(event)).collect();
    let person = if by_number { Field::hidden("person") } else { Field::line("person", "text") };
    vec![
        person.hinted(page.text("audit-person-hint")),
        Field::select("action", events),
        Field::line("from", "date").hinted(page.text("audit-day-hint")),
        Field::line("to", "date").hinted(page.text("audit-day-hint")),
    ]
}

/// What happened: the event, and of a change what was done.
fn what(page: &Page, entry: &StoredEntry) -> String {
    let event = page.words("audit", entry.action.as_str());
    let detail = entry.detail.as_ref().and_then(|detail| detail.0.get("event")).and_then(Value::as_str);
    match detail.zip(changes(entry.action)) {
        Some((code, family)) => page.text_with("audit-what", &[("event", event), ("done", page.words(family, code))]),
        None => event,
    }
}

/// The family of the words for what was done, of events that are a change.
fn changes(event: Event) -> Option<&'static str> {
    match event {
        Event::AppointmentChanged => Some("audit-done"),
        Event::AnnouncementChanged => Some("audit-announced"),
        _ => None,
    }
}

/// Who acted where no person did: the portal by itself, or somebody without a login.
fn nobody(page: &Page, entry: &StoredEntry) -> Shown {
    Shown::text(page.text(if entry.request_id.is_some() { "audit-by-visitor" } else { "audit-by-portal" }))
}

/// One entry.
pub(super) async fn one(
    reader: CanReadAudit,
    page: Page,
    log: web::Data<AuditLog>,
    (life_cycle, rounds): (web::Data<LifeCycle>, web::Data<Rounds>),
    id: web::Path<Id>,
) -> PageResult {
    let entry = log.get(&reader, *id).await?;
    let entries = std::slice::from_ref(&entry);
    let names = Names::of(&page, (life_cycle.get_ref(), rounds.get_ref()), &reader.0, entries, None).await?;
    let content = EntryPage {
        page: &page,
        title: page.words("audit", entry.action.as_str()),
        facts: facts(&page, &entry, &names),
        detail: detail(&page, &entry, round(&page, &rounds, &reader, &entry).await.as_ref()),
        technical: technical(&page, &entry),
    };
    page.show(&content)
}

fn facts(page: &Page, entry: &StoredEntry, names: &Names) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    Facts::default()
        .with(label("when"), Shown::moment(page, entry.at))
        .with(label("by"), entry.actor_id.map_or_else(|| nobody(page, entry), |id| about::person(page, names, id)))
        .with(label("about"), about::subject(page, names, entry))
        .with_some(label("organisation"), entry.organisation_id.map(|id| page.organisation_of_id(id)))
        .with_some(label("network"), entry.network.as_deref().map(Shown::code))
}

/// The ids of an entry, of its request, of its credential, of its actor and of its subject.
fn technical(page: &Page, entry: &StoredEntry) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let credential = entry.detail.as_ref().and_then(|detail| detail.0.get(CREDENTIAL)).and_then(Value::as_str);
    Facts::default()
        .with(label("entry"), Shown::code(entry.id))
        .with_some(label("request"), entry.request_id.as_deref().map(Shown::code))
        .with_some(page.words("audit-key", CREDENTIAL), credential.map(Shown::code))
        .with_some(label("by"), entry.actor_id.map(Shown::code))
        .with_some(label("about"), entry.subject_id.map(Shown::code))
}

/// The round of a survey that the detail names, as a link with its name; none where the reader does not see it.
async fn round(page: &Page, rounds: &Rounds, reader: &CanReadAudit, entry: &StoredEntry) -> Option<Shown> {
    let id: Id = entry.detail.as_ref()?.0.get("round")?.as_str()?.parse().ok()?;
    let round = rounds.get(Arc::clone(&reader.0), id).await.ok()?;
    let name = page.round_name(round.title_in(page.language()), round.opens_at, &round.zone);
    Some(Shown::name(name).leading_to(format!("/rounds/{id}")))
}

/// What else is known: the members of the detail, in words where their codes have words.
fn detail(page: &Page, entry: &StoredEntry, round: Option<&Shown>) -> Facts {
    let members = entry.detail.iter().filter_map(|detail| detail.0.as_object()).flatten();
    let members = members.filter(|(name, _)| *name != CREDENTIAL);
    members.fold(Facts::default(), |facts, (name, value)| {
        let done = changes(entry.action).filter(|_| name == "event").zip(value.as_str());
        let said = match (done, round) {
            (Some((family, code)), _) => Shown::text(page.words(family, code)),
            (None, Some(round)) if name == "round" => round.clone(),
            _ => said(page, name, value),
        };
        facts.with(page.words("audit-key", name), said)
    })
}

/// The value of a member of the detail.
fn said(page: &Page, name: &str, value: &Value) -> Shown {
    let code = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Null => Shown::default(),
        Value::Bool(is_so) => Shown::text(page.text(if *is_so { "audit-yes" } else { "audit-no" })),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| word(page, name, code(item))).collect();
            Shown::text(items.join(", "))
        }
        Value::String(id) if ["appointment", "successor"].contains(&name) => {
            Shown::code(id).leading_to(format!("/appointments/{id}"))
        }
        Value::String(at) if ["until", "closes_at", "backup"].contains(&name) => {
            at.parse::<Timestamp>().map_or_else(|_| Shown::code(at), |at| Shown::moment(page, at))
        }
        Value::String(day) if ["last_day", "last_day_before"].contains(&name) => {
            Shown::text(page.say("shown-day", "at", day))
        }
        Value::String(text) if family(name).is_some() => Shown::text(word(page, name, text.clone())),
        other => Shown::code(code(other)),
    }
}

/// A code of a member of the detail in words; the code itself where it has none.
fn word(page: &Page, name: &str, code: String) -> String {
    match family(name) {
        Some(family) => page.words(family, code),
        None if name == "technologies" => page.technology(&code).to_owned(),
        None => code,
    }
}

/// The family of the words for the codes of a member of the detail.
fn family(name: &str) -> Option<&'static str> {
    match name {
        "role" => Some("role"),
        "from" | "to" => Some("status"),
        "status" => Some("announcement-status"),
        "event" => Some("event"),
        "fields" => Some("field"),
        "states" => Some("response-state"),
        "audience" => Some("release-audience"),
        "contents" => Some("release-contents"),
        "level" | "method" | "kind" | "cause" | "reason" | "of" | "wanted" => Some("audit-value"),
        _ => None,
    }
}
