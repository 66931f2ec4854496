//! Pages of the reports that were not understood: the list, and the text of one.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::Bounces;
use super::types::UnreadPage;
use crate::db::Id;
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanManageSuppressions;
use crate::mail::bounce_records::unread::UnreadReport;
use crate::time::Timestamp;
use crate::web::{Listing, Page, PageResult, Pages};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/bounces", list).page("/bounces/{id}", one)
}

/// Where the list goes on.
#[derive(Deserialize)]
struct ListQuery {
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "bounces/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    /// How many are kept.
    total: u64,
    /// How many more came than are kept.
    left_out: u64,
    rows: Vec<Row>,
    listing: Listing,
}

/// A report.
struct Row {
    id: Id,
    received_at: Timestamp,
    sender: String,
    subject: String,
    /// Whether it came to the return path of a mail of the portal.
    has_mail: bool,
}

impl From<UnreadReport> for Row {
    fn from(report: UnreadReport) -> Self {
        let UnreadReport { id, received_at, mail_id, sender, subject } = report;
        Self { id, received_at, sender, subject, has_mail: mail_id.is_some() }
    }
}

#[derive(Template)]
#[template(path = "bounces/one.html")]
struct OnePage<'a> {
    page: &'a Page,
    text: String,
}

/// The reports that were not understood.
async fn list(
    _: CanManageSuppressions,
    page: Page,
    bounces: web::Data<Bounces>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> PageResult {
    let asked = PageRequest::of(&request, None, query.0.cursor.as_deref())?;
    let UnreadPage { rows, total, left_out } = bounces.not_understood(asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let listing = Listing::of(&page, &list.page);
    page.show(&ListPage { page: &page, total, left_out, rows: list.data.into_iter().map(Row::from).collect(), listing })
}

/// The text of a report.
async fn one(_: CanManageSuppressions, page: Page, bounces: web::Data<Bounces>, id: web::Path<Id>) -> PageResult {
    let text = bounces.not_understood_text(*id).await?.text;
    page.show(&OnePage { page: &page, text })
}
