//! All releases, the newest first: the public ones for everybody, the others too for people of the community.

use actix_web::{HttpRequest, web};

use super::super::{ReleaseEntry, Releases};
use super::{Place, entry_link, may, participation, reader};
use crate::db::Id;
use crate::error::Error;
use crate::http::pagination::bad_cursor;
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::Visitor;
use crate::policy::Action;
use crate::time::Timestamp;
use crate::web::{ListPage, ListPlace, Listing, Page, PageResult, Shown, Table};

/// The releases that the reader may see.
pub(super) async fn list(
    visitor: Visitor,
    page: Page,
    releases: web::Data<Releases>,
    request: HttpRequest,
    query: Query<Place>,
) -> PageResult {
    let reader = reader(visitor);
    let place = ListPlace::of(&request, &query.0.cursor, position)?;
    let rows = releases.newest(reader.as_deref(), place.after, place.request.rows()).await?;
    let list = place.request.into_page(rows, |entry| {
        Cursor::after(&[&entry.summary.published_at.to_string(), &entry.summary.id.to_string()])
    })?;
    let mut table = Table::new(&page, "page-results", &["release", "for-whom-release", "took-part", "published"]);
    list.data.iter().for_each(|entry| table.push(row(&page, entry)));
    let told = if reader.is_some() { "page-results.community" } else { "page-results.public" };
    let mut content = ListPage::new(&page, page.text("page-results"), table)
        .saying(page.text("page-results.body"))
        .saying(page.text(told))
        .with_listing(Listing::of(&page, &list.page));
    let mut links = vec![Shown::text(page.text("page-help-survey-method")).leading_to("/help/survey-method")];
    if may(&page, Action::ReadSurveys) {
        links.push(Shown::text(page.text("link-rounds")).leading_to("/rounds"));
    }
    content = content.with_links(links);
    content.show()
}

fn position(request: &PageRequest) -> Result<Option<(Timestamp, Id)>, Error> {
    let Some([at, id]) = request.after::<2>()? else { return Ok(None) };
    let at: Timestamp = at.parse().map_err(|_other_version| bad_cursor())?;
    Ok(Some((at, id.parse().map_err(|_other_version| bad_cursor())?)))
}

fn row(page: &Page, entry: &ReleaseEntry) -> Vec<Shown> {
    let summary = &entry.summary;
    vec![
        entry_link(page, entry),
        Shown::text(page.words("release-audience", summary.audience.as_str())),
        Shown::text(participation(page, summary)),
        Shown::day(page, summary.published_at),
    ]
}
