//! Pages of suppressed addresses: the list with its filters, to suppress an address, and to remove one from the list.
//!
//! - `import` takes the addresses of a file

mod import;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::{Suppressions, rules};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanManageSuppressions;
use crate::mail::consent::{Suppression, SuppressionReason};
use crate::time::Timestamp;
use crate::web::{Choice, Desk, FormState, Listing, Notice, Page, PageResult, Pages, Posted};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/suppressions", list)
        .form("/suppressions/new", ask_new, add)
        .form("/suppressions/import", import::ask, import::import)
        .form("/suppressions/remove", ask_remove, remove)
}

/// Which suppressions.
#[derive(Deserialize)]
struct ListQuery {
    /// The beginning of addresses.
    #[serde(default)]
    q: String,
    /// A reason; empty for all.
    #[serde(default)]
    reason: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "suppressions/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// Every reason, and each.
    reasons: Vec<Choice>,
    rows: Vec<Row>,
    listing: Listing,
}

/// A suppressed address.
struct Row {
    address: String,
    reason: &'static str,
    source: String,
    since: Timestamp,
    /// Until when; none where it does not end by itself.
    until: Option<Timestamp>,
    /// The page that removes it from the list.
    removal: String,
}

impl From<Suppression> for Row {
    fn from(row: Suppression) -> Self {
        Self {
            removal: with_parameters("/suppressions/remove", &[("address", row.address.as_str())]),
            address: row.address,
            reason: row.reason.as_str(),
            source: row.source,
            since: row.since,
            until: row.until,
        }
    }
}

#[derive(Template)]
#[template(path = "suppressions/new.html")]
struct NewPage<'a> {
    page: &'a Page,
    form: &'a FormState,
}

#[derive(Template)]
#[template(path = "suppressions/remove.html")]
struct RemovePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    address: String,
}

/// An address, in a form or as the object of a page.
#[derive(Deserialize)]
struct AddressForm {
    #[serde(default)]
    address: String,
}

/// The list of suppressed addresses.
async fn list(
    _: CanManageSuppressions,
    page: Page,
    suppressions: web::Data<Suppressions>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> PageResult {
    let query = query.0;
    let (q, reason) = (query.q.trim(), query.reason.as_str());
    let wanted = SuppressionReason::parse(reason);
    let asked = PageRequest::of(&request, None, query.cursor.as_deref())?;
    let after = asked.after::<1>()?.map(|[address]| address);
    let prefix = rules::prefix(Some(q))?;
    let rows = suppressions.list(wanted.into_iter().collect(), prefix, after, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.address]))?;
    let mut listing = Listing::of(&page, &list.page);
    if !query.q.is_empty() {
        listing = listing.filtered(&page, "q", &query.q, page.say("suppressions-chosen-address", "address", q));
    }
    if let Some(wanted) = wanted {
        listing = listing.filtered(&page, "reason", reason, page.words("suppression-reason", wanted.as_str()));
    }
    page.show(&ListPage {
        page: &page,
        form: &FormState::default().with("q", q).with("reason", reason),
        reasons: reasons(&page),
        rows: list.data.into_iter().map(Row::from).collect(),
        listing,
    })
}

/// The reasons to choose from.
fn reasons(page: &Page) -> Vec<Choice> {
    let reason =
        |reason: &SuppressionReason| Choice::new(reason.as_str(), page.words("suppression-reason", reason.as_str()));
    let every = Choice::new("", page.text("suppressions-every-reason"));
    std::iter::once(every).chain(SuppressionReason::ALL.iter().map(reason)).collect()
}

/// The form that suppresses an address.
async fn ask_new(_: CanManageSuppressions, page: Page) -> PageResult {
    show_new(&page, &FormState::default())
}

fn show_new(page: &Page, form: &FormState) -> PageResult {
    page.show_form(form, &NewPage { page, form })
}

/// Suppresses an address.
async fn add(desk: Desk<CanManageSuppressions, Suppressions, ()>, posted: Posted<AddressForm>) -> PageResult {
    let Posted { input, form } = posted;
    let added = async {
        let address = rules::address(&input?.address)?;
        desk.service.add(desk.person.user_id, desk.trace(), address).await
    };
    let added = added.await;
    let way = |added: Suppression| {
        ("/suppressions".to_owned(), Notice::new("address-suppressed").with("address", added.address))
    };
    desk.lead_on(form, added, way, async |desk, form| show_new(&desk.page, &form)).await
}

/// Asks before an address is removed from the list.
async fn ask_remove(_: CanManageSuppressions, page: Page, query: Query<AddressForm>) -> PageResult {
    show_removal(&page, &FormState::default().with("address", query.0.address))
}

fn show_removal(page: &Page, form: &FormState) -> PageResult {
    page.show_form(form, &RemovePage { page, form, address: form.value("address").to_owned() })
}

/// Removes an address from the list.
async fn remove(desk: Desk<CanManageSuppressions, Suppressions, ()>, posted: Posted<AddressForm>) -> PageResult {
    let Posted { input, form } = posted;
    let AddressForm { address } = input?;
    let removed = async { desk.service.remove(desk.person.user_id, desk.trace(), rules::address(&address)?).await };
    let removed = removed.await;
    let way = |()| ("/suppressions".to_owned(), Notice::new("address-released").with("address", &address));
    desk.lead_on(form, removed, way, async |desk, form| show_removal(&desk.page, &form)).await
}

/// An address of a page with those of these parameters that have a value.
fn with_parameters(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{path}{separator}{query}")
}
