//! What a member was before each change, the newest first.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::super::{HistoryEntry, Membership};
use super::input::{label, values};
use crate::error::{Error, OrInternal as _};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanEditMembers;
use crate::members::Particulars;
use crate::time::Timestamp;
use crate::web::{FormState, ListPlace, Listing, Page, PageResult};

/// The page.
#[derive(Template)]
#[template(path = "members/history.html")]
struct HistoryPage<'a> {
    page: &'a Page,
    title: String,
    code: &'a str,
    is_stale: bool,
    entries: Vec<Entry>,
    listing: Listing,
}

/// A change.
struct Entry {
    at: Timestamp,
    /// The changed fields, with the values that they had until then.
    fields: Vec<(String, String)>,
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HistoryPlace {
    cursor: String,
}

/// Shows the history.
pub(super) async fn list(
    _: CanEditMembers,
    page: Page,
    membership: web::Data<Membership>,
    request: HttpRequest,
    (code, query): (web::Path<String>, Query<HistoryPlace>),
) -> PageResult {
    let code = code.to_uppercase();
    let place = ListPlace::of(&request, &query.0.cursor, PageRequest::after_id)?;
    let rows = membership.history(code.clone(), place.after, place.request.rows()).await?;
    let list = place.request.into_page(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?;
    let entries = list.data.iter().map(|row| entry(&page, row)).collect::<Result<_, Error>>()?;
    let names = [("name", page.organisation(&code).to_owned()), ("code", code.clone())];
    page.show(&HistoryPage {
        page: &page,
        title: page.text_with("page-member-history", &names),
        code: &code,
        is_stale: place.is_stale,
        entries,
        listing: Listing::of(&page, &list.page),
    })
}

fn entry(page: &Page, row: &HistoryEntry) -> Result<Entry, Error> {
    let before: Particulars = serde_json::from_str(row.before.0.get()).or_internal()?;
    let before: FormState = values(&before, page.language())?;
    let field = |name: &String| (label(page, name), before.value(name).replace('\n', ", "));
    Ok(Entry { at: row.changed_at, fields: row.fields.0.iter().map(field).collect() })
}
