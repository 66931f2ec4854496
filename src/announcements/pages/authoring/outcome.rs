//! What became of an announcement: its mails one by one with what failed, and who has acknowledged.

use std::sync::Arc;

use actix_web::HttpRequest;
use askama::Template;
use serde::Deserialize;

use super::Office;
use super::heading::{Heading, address, deeds, moment_of};
use crate::announcements::delivery_report::DeliveryPage;
use crate::announcements::read_receipts::{
    AcknowledgementCounts, AcknowledgementPage, AcknowledgementState, Acknowledger,
};
use crate::announcements::state_machine::Event;
use crate::error::Error;
use crate::http::{Cursor, PageRequest, Query};
use crate::mail::{BounceKind, DeliveryState, MailState, MailStatus};
use crate::web::{Notice, Page, PageResult, Tab};

/// Which rows are asked for: of one state, or all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    cursor: Option<String>,
}

impl Asked {
    /// The page that is asked for. A cursor of another list or an older version begins again.
    fn page(&self, request: &HttpRequest) -> Result<PageRequest, Error> {
        let asked = PageRequest::of(request, None, self.cursor.as_deref());
        asked.or_else(|_| PageRequest::of(request, None, None))
    }

    /// The addresses of the first page, where this is another one, and of the next.
    fn way(&self, own: &str, next: Option<String>) -> (String, String) {
        // A cursor is good for the same parameters alone.
        let (list, separator) = match self.state.as_str() {
            "" => (own.to_owned(), '?'),
            state => (format!("{own}?state={state}"), '&'),
        };
        let next = next.map(|cursor| format!("{list}{separator}cursor={cursor}")).unwrap_or_default();
        (if self.cursor.is_some() { list } else { String::new() }, next)
    }
}

/// All rows, and those of each state.
fn state_tabs(page: &Page, family: &str, states: &[&'static str], chosen: &str) -> Vec<Tab> {
    let all = std::iter::once("").chain(states.iter().copied());
    let tab = |state: &str| {
        let label = page.text(&format!("{family}-{}", if state.is_empty() { "all" } else { state }));
        let own = page.path();
        let address = if state.is_empty() { own.to_owned() } else { format!("{own}?state={state}") };
        Tab::new(label, address, state == chosen)
    };
    all.map(tab).collect()
}

#[derive(Template)]
#[template(path = "announcements/authoring/deliveries.html")]
struct DeliveriesPage<'a> {
    page: &'a Page,
    heading: Heading,
    states: Vec<Tab>,
    rows: Vec<Delivery>,
    failed: i64,
    may_retry: bool,
    retry: String,
    /// The address of all rows as a file.
    file: String,
    kept_until: String,
    /// Whether the rows are deleted.
    collapsed: bool,
    first: String,
    next: String,
}

struct Delivery {
    name: String,
    email: String,
    language: String,
    state: String,
    tries: i32,
    /// Why it was skipped, what the mail server answered, or what was reported later.
    answer: String,
    sent: String,
}

/// The mails, one by one.
pub(super) async fn deliveries(office: Office, request: HttpRequest, query: Query<Asked>) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = &office;
    let Query(query) = query;
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    let asked = query.page(&request)?;
    let chosen = DeliveryState::parse(&query.state);
    let found = service.deliveries(*id, chosen, asked.after_id()?, asked.rows()).await?;
    let DeliveryPage { mails, kept_until, collapsed } = found;
    let list = asked.into_page(mails, |mail| Cursor::after(&[&mail.id.to_string()]))?;
    let failed = service.summary(*id).await?.failed;
    let (first, next) = query.way(page.path(), list.page.next_cursor);
    let states: Vec<&'static str> = DeliveryState::ALL.iter().map(|state| state.as_str()).collect();
    let content = DeliveriesPage {
        page,
        heading: Heading::of(page, officer, &announcement),
        states: state_tabs(page, "authoring-mails", &states, &query.state),
        rows: list.data.into_iter().map(|mail| delivery(page, mail)).collect(),
        failed,
        may_retry: failed > 0 && !collapsed && deeds(officer, &announcement).contains(&Event::Retry),
        retry: address(*id, "retry"),
        file: format!("/api/v1/announcements/{}/deliveries.csv", *id),
        kept_until: moment_of(page, kept_until),
        collapsed,
        first,
        next,
    };
    page.show(&content)
}

fn delivery(page: &Page, mail: MailStatus) -> Delivery {
    let is_code = mail.state == MailState::Skipped && mail.bounce_diagnostic.is_none();
    let state = match mail.bounce_kind {
        Some(BounceKind::Complaint) => "complaints",
        Some(BounceKind::Soft | BounceKind::Hard) => "bounced",
        None if mail.state == MailState::Pending && mail.attempts > 0 => "deferred",
        None => mail.state.as_str(),
    };
    // What a server said when it took the mail is of no use to anybody.
    let reply = mail.last_reply.filter(|_| mail.state != MailState::Sent);
    let told = mail.bounce_diagnostic.or(reply).unwrap_or_default();
    let cause = mail.bounce_cause.map(|cause| page.words("authoring-cause", cause.as_str()));
    // Why a mail was skipped is a code; what a mail server said is quoted, also if it reads like one.
    let answer = if is_code { page.words("authoring-skip", told) } else { told };
    Delivery {
        name: mail.to_name,
        email: mail.to_address,
        language: page.words("language", mail.language.as_str()),
        state: page.words("authoring-mail", state),
        tries: mail.attempts,
        answer: [cause.unwrap_or_default(), answer].join(" ").trim().to_owned(),
        sent: moment_of(page, mail.sent_at),
    }
}

/// Tries those that failed once more.
pub(super) async fn retry(office: Office) -> PageResult {
    office.service.retry_failed(office.person.user_id, office.trace(), office.place).await?;
    office.page.lead_on(&address(office.place, "progress"), Notice::new("authoring-retried"))
}

#[derive(Template)]
#[template(path = "announcements/authoring/acknowledgements.html")]
struct AcknowledgementsPage<'a> {
    page: &'a Page,
    heading: Heading,
    counts: AcknowledgementCounts,
    states: Vec<Tab>,
    rows: Vec<Row>,
    /// The address of all rows as a file.
    file: String,
    first: String,
    next: String,
}

struct Row {
    name: String,
    administration: String,
    /// When; empty where not yet.
    at: String,
}

/// Who has acknowledged, and who has not.
pub(super) async fn acknowledgements(office: Office, request: HttpRequest, query: Query<Asked>) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = &office;
    let Query(query) = query;
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    let asked = query.page(&request)?;
    let wanted = AcknowledgementPage {
        id: *id,
        state: AcknowledgementState::parse(&query.state),
        after: asked.after_id()?,
        limit: asked.rows(),
        language: page.language(),
    };
    let (people, counts) = service.acknowledgements(wanted).await?;
    let list = asked.into_page(people, |person| Cursor::after(&[&person.user_id.to_string()]))?;
    let (first, next) = query.way(page.path(), list.page.next_cursor);
    let states: Vec<&'static str> = AcknowledgementState::ALL.iter().map(|state| state.as_str()).collect();
    let content = AcknowledgementsPage {
        page,
        heading: Heading::of(page, officer, &announcement),
        counts,
        states: state_tabs(page, "authoring-acknowledged", &states, &query.state),
        rows: list.data.into_iter().map(|person| row(page, person)).collect(),
        file: format!("/api/v1/announcements/{}/acknowledgements.csv", *id),
        first,
        next,
    };
    page.show(&content)
}

fn row(page: &Page, person: Acknowledger) -> Row {
    Row {
        name: person.name,
        administration: person.organisation_name.unwrap_or_default(),
        at: moment_of(page, person.acknowledged_at),
    }
}
