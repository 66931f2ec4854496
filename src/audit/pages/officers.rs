//! Pages of the audit log: searched by person, deed and day, and one entry with an address of its own. They only read.
//!
//! An entry has people by id. They are shown by name to who knows them by name (`life_cycle`), by a short number to
//! others; codes are shown in words. Officers who manage accounts may also search by the address of an account.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::super::{AuditFilter, AuditLog, Event, StoredEntry};
use crate::accounts::Accounts;
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanReadAudit;
use crate::life_cycle::LifeCycle;
use crate::mail::EmailAddress;
use crate::policy::{self, Action, Principal};
use crate::time::Day;
use crate::web::{Choice, Facts, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table, returned};

/// Digits of the id of a person or a thing that has no name.
const SHORT: usize = 8;
/// The columns of the log.
const COLUMNS: [&str; 5] = ["when", "event", "by", "about", "network"];

/// What to look for. What is empty restricts nothing.
#[derive(Deserialize)]
pub(super) struct SearchQuery {
    /// The id of a person, or the address of an account.
    #[serde(default)]
    person: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    day: String,
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
}

/// The log, the newest entries first.
pub(super) async fn list(
    reader: CanReadAudit,
    page: Page,
    log: web::Data<AuditLog>,
    (accounts, life_cycle): (web::Data<Accounts>, web::Data<LifeCycle>),
    request: HttpRequest,
    query: Query<SearchQuery>,
) -> PageResult {
    let query = query.0;
    let asked = PageRequest::of(&request, None, query.cursor.as_deref())?;
    let form = FormState::default().with("person", &query.person).with("action", &query.action);
    let form = form.with("day", &query.day);
    let filter = match filter(&accounts, &reader, &query).await {
        Ok(filter) => filter,
        Err(error) => {
            let form = returned(&page, form, error)?;
            let none = Table::new(&page, "page-audit", &COLUMNS);
            return ListPage::new(&page, page.text("page-audit"), none).with_filters(form, fields(&page)).show();
        }
    };
    let rows = log.list(&reader, filter, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let sought = query.person.parse::<Id>().ok();
    let people = list.data.iter().flat_map(|row| [row.actor_id, row.subject_id]).chain([sought]).flatten();
    let names = life_cycle.known_names(Arc::clone(&reader.0), people.collect()).await?;
    let mut table = Table::new(&page, "page-audit", &COLUMNS);
    for row in &list.data {
        table.push(vec![
            Shown::moment(&page, row.at).leading_to(format!("/audit/{}", row.id)),
            Shown::text(page.words("audit", row.action.as_str())),
            row.actor_id.map(|id| person(&page, &names, id)).unwrap_or_default(),
            row.subject_id.map(|id| person(&page, &names, id)).unwrap_or_default(),
            row.network.as_deref().map(Shown::code).unwrap_or_default(),
        ]);
    }
    let name = sought.and_then(|id| names.get(&id)).unwrap_or(&query.person);
    let listing = chosen(&page, Listing::of(&page, &list.page), &query, name);
    ListPage::new(&page, page.text("page-audit"), table).with_filters(form, fields(&page)).with_listing(listing).show()
}

/// The filters that are in force.
fn chosen(page: &Page, mut listing: Listing, query: &SearchQuery, name: &str) -> Listing {
    let words = [
        ("person", &query.person, name.to_owned()),
        ("action", &query.action, page.words("audit", &query.action)),
        ("day", &query.day, page.say("shown-day", "at", &query.day)),
    ];
    for (name, value, label) in words {
        if !value.is_empty() {
            listing = listing.filtered(page, name, value, label);
        }
    }
    listing
}

/// The entries that are looked for.
///
/// # Errors
/// 400 for what is no person or no day.
async fn filter(accounts: &Accounts, reader: &Principal, query: &SearchQuery) -> Result<AuditFilter, Error> {
    let day = match query.day.as_str() {
        "" => None,
        text => Some(Day::parse(text).ok_or_else(|| fault("day", FieldCode::BadDate))?),
    };
    Ok(AuditFilter {
        person: sought(accounts, reader, query.person.trim()).await?,
        events: Event::parse(&query.action).into_iter().collect(),
        day,
        ..AuditFilter::default()
    })
}

/// The person of an id, or of the address of an account for those who manage accounts.
async fn sought(accounts: &Accounts, reader: &Principal, text: &str) -> Result<Option<Id>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    let unknown = || fault("person", FieldCode::UnknownPerson);
    if policy::check(reader, Action::ManageAccounts).is_err() {
        return Err(unknown());
    }
    let address = EmailAddress::parse(text).map_err(|_fault| unknown())?;
    let found = accounts.find(address).await?.into_iter().next();
    Ok(Some(found.ok_or_else(unknown)?.id))
}

fn fault(field: &str, code: FieldCode) -> Error {
    Error::bad_query(vec![FieldError::new(field, code)])
}

fn fields(page: &Page) -> Vec<Field> {
    let any = Choice { value: String::new(), label: page.text("list-any") };
    let event = |event: &Event| Choice { value: event.as_str().to_owned(), label: page.words("audit", event.as_str()) };
    let events = std::iter::once(any).chain(Event::ALL.iter().map(event)).collect();
    vec![
        Field::line("person", "text").hinted(page.text("audit-person-hint")),
        Field::select("action", events),
        Field::line("day", "date").hinted(page.text("audit-day-hint")),
    ]
}

/// A person by name, or else a person or a thing by the end of its id, which leads to its other entries.
fn person(page: &Page, names: &HashMap<Id, String>, id: Id) -> Shown {
    let digits = id.to_string();
    let end = digits.get(digits.len().saturating_sub(SHORT)..).unwrap_or_default();
    let unnamed = || Shown::text(page.say("audit-number", "number", end));
    names.get(&id).map_or_else(unnamed, Shown::name).leading_to(format!("/audit?person={id}"))
}

/// One entry.
pub(super) async fn one(
    reader: CanReadAudit,
    page: Page,
    log: web::Data<AuditLog>,
    life_cycle: web::Data<LifeCycle>,
    id: web::Path<Id>,
) -> PageResult {
    let entry = log.get(&reader, *id).await?;
    let people = [entry.actor_id, entry.subject_id].into_iter().flatten().collect();
    let names = life_cycle.known_names(Arc::clone(&reader.0), people).await?;
    let content = EntryPage {
        page: &page,
        title: page.words("audit", entry.action.as_str()),
        facts: facts(&page, &entry, &names),
        detail: detail(&page, &entry),
    };
    page.show(&content)
}

fn facts(page: &Page, entry: &StoredEntry, names: &HashMap<Id, String>) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    // One entry has the room for the whole id.
    let person = |id: Id| {
        let shown = names.get(&id).map_or_else(|| Shown::code(id), Shown::name);
        shown.leading_to(format!("/audit?person={id}"))
    };
    Facts::default()
        .with(label("when"), Shown::moment(page, entry.at))
        .with_some(label("by"), entry.actor_id.map(person))
        .with_some(label("about"), entry.subject_id.map(person))
        .with_some(label("organisation"), entry.organisation_id.map(|id| page.organisation_of_id(id)))
        .with_some(label("network"), entry.network.as_deref().map(Shown::code))
        .with_some(label("request"), entry.request_id.as_deref().map(Shown::code))
        .with(label("entry"), Shown::code(entry.id))
}

/// What else is known: the members of the detail, in words where their codes have words.
fn detail(page: &Page, entry: &StoredEntry) -> Facts {
    let members = entry.detail.iter().filter_map(|detail| detail.0.as_object()).flatten();
    members.fold(Facts::default(), |facts, (name, value)| {
        facts.with(page.words("audit-key", name), said(page, name, value))
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
        Value::String(id) if name == "appointment" => Shown::code(id).leading_to(format!("/appointments/{id}")),
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
        "level" | "method" | "kind" | "cause" | "reason" | "of" | "wanted" => Some("audit-value"),
        _ => None,
    }
}
