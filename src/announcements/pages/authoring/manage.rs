//! The list of all announcements for the Secretariat, by state, the newest first.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::heading;
use crate::announcements::Announcements;
use crate::announcements::types::{AnnouncementEntry, AnnouncementStatus};
use crate::http::{Cursor, PageRequest, Query};
use crate::i18n::Language;
use crate::identity::guards::CanManageAnnouncements;
use crate::time::Timestamp;
use crate::web::{Page, PageResult, Tab};

/// What is asked for: one state, or all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    status: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "announcements/authoring/manage.html")]
struct ManagePage<'a> {
    page: &'a Page,
    /// All, and each state.
    states: Vec<Tab>,
    rows: Vec<Row>,
    first: String,
    next: String,
}

struct Row {
    address: String,
    subject: String,
    language: Language,
    state: String,
    tone: &'static str,
    /// How many it was sent to; none before that.
    recipients: Option<i32>,
    /// When sending began; none before that.
    at: Option<Timestamp>,
}

/// The list.
pub(super) async fn list(
    officer: CanManageAnnouncements,
    page: Page,
    service: web::Data<Announcements>,
    request: HttpRequest,
    query: Query<Asked>,
) -> PageResult {
    let Asked { status, cursor } = query.0;
    let chosen = AnnouncementStatus::parse(&status);
    // A cursor of another list or an older version begins again.
    let asked =
        PageRequest::of(&request, None, cursor.as_deref()).or_else(|_| PageRequest::of(&request, None, None))?;
    let statuses = chosen.into_iter().collect();
    let rows = service.list(officer.0, statuses, None, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?;
    let own = address_of(chosen);
    let separator = if chosen.is_some() { '&' } else { '?' };
    let next = list.page.next_cursor.map(|cursor| format!("{own}{separator}cursor={cursor}")).unwrap_or_default();
    let content = ManagePage {
        page: &page,
        states: states(&page, chosen),
        rows: list.data.into_iter().map(|entry| row(&page, entry)).collect(),
        first: if cursor.is_some() { own } else { String::new() },
        next,
    };
    page.show(&content)
}

/// The address of the list of a state.
fn address_of(status: Option<AnnouncementStatus>) -> String {
    status.map_or("/announcements/manage".to_owned(), |status| format!("/announcements/manage?status={status}"))
}

fn states(page: &Page, chosen: Option<AnnouncementStatus>) -> Vec<Tab> {
    let all = std::iter::once(None).chain(AnnouncementStatus::ALL.iter().copied().map(Some));
    let tab = |status: Option<AnnouncementStatus>| {
        let label = page.text(&format!("authoring-state-{}", status.map_or("all", AnnouncementStatus::as_str)));
        Tab::new(label, address_of(status), status == chosen)
    };
    all.map(tab).collect()
}

fn row(page: &Page, mut entry: AnnouncementEntry) -> Row {
    let own = page.language();
    let language = if entry.subjects.contains_key(&own) { own } else { entry.default_language };
    let step = if entry.status.has_begun() { "progress" } else { "preview" };
    Row {
        address: heading::address(entry.id, step),
        subject: entry.subjects.remove(&language).unwrap_or_default(),
        language,
        state: page.words("announcement-status", entry.status.as_str()),
        tone: heading::tone(entry.status),
        recipients: entry.sent_at.map(|_begun| entry.recipients),
        at: entry.sent_at,
    }
}
