//! The list of members: all of them on one page, by name or of one region, and the search by any name.
//!
//! There are about two hundred members, so that one page has them all.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::types::{MemberFilter, MemberMatch, MemberStatus, Organisation, OrganisationKind, Region};
use super::{Members, rules};
use crate::http::Query;
use crate::identity::guards::ActiveContact;
use crate::member_editing::{Membership, RegionCount, Regions};
use crate::text;
use crate::time::Day;
use crate::web::{Page, PageResult, Pages};

/// The page.
#[derive(Template)]
#[template(path = "members/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    q: &'a str,
    /// The code of the region that was chosen; empty for all.
    region: &'a str,
    /// The counts, where neither a name nor a region was chosen.
    overview: Option<Overview>,
    /// How many members are shown, and how many unions beside them.
    found: String,
    rows: Vec<Row>,
}

/// How many members there are, or were on a day.
struct Overview {
    /// The day that was asked for; empty for today.
    on: String,
    regions: Vec<RegionRow>,
    total: usize,
    /// Known of today alone.
    with_contact: Option<usize>,
}

/// A region with its counts.
struct RegionRow {
    code: &'static str,
    name: String,
    members: usize,
    with_contact: Option<usize>,
}

/// A member, or a union that is listed among them.
struct Row {
    is_member: bool,
    code: String,
    name: String,
    region: String,
    /// The other name by which the search found it.
    found_as: String,
    /// That it is suspended or hidden; empty where it is neither.
    status: String,
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    q: String,
    region: String,
    /// The day of the counts; today where it is empty or no day.
    on: String,
}

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/members", list)
}

/// The members of a search or a region.
async fn list(
    viewer: ActiveContact,
    page: Page,
    members: web::Data<Members>,
    membership: web::Data<Membership>,
    query: Query<ListQuery>,
) -> PageResult {
    let ListQuery { q, region, on } = query.0;
    let region = Region::parse(&region);
    let filter = MemberFilter { regions: region.into_iter().collect(), hidden: viewer.is_secretariat(), among: None };
    let rows: Vec<Row> = if let Some(text) = rules::search_text(Some(q.clone()))? {
        let found = members.search(filter, text, None).await?;
        found.into_iter().map(|MemberMatch { organisation, matched, .. }| row(&page, &organisation, &matched)).collect()
    } else {
        let mut rows: Vec<Row> =
            members.list(filter, None, i64::MAX).await?.iter().map(|(member, _)| row(&page, member, "")).collect();
        rows.sort_by_cached_key(|row| text::sort_key(&row.name));
        rows
    };
    let overview = if q.trim().is_empty() && region.is_none() {
        Some(overview_of(&page, &membership.regions(Day::parse(&on)).await?))
    } else {
        None
    };
    page.show(&ListPage {
        page: &page,
        q: &q,
        region: region.map_or("", Region::as_str),
        overview,
        found: found(&page, &rows),
        rows,
    })
}

/// How many rows are shown. A union is no member, so it is counted apart.
fn found(page: &Page, rows: &[Row]) -> String {
    let members = rows.iter().filter(|row| row.is_member).count();
    let of_members = page.say("members-found", "count", members);
    match rows.len() - members {
        0 => of_members,
        unions if members == 0 => page.say("members-unions", "count", unions),
        unions => {
            let parts = [("members", of_members), ("unions", page.say("members-unions", "count", unions))];
            page.text_with("members-and-unions", &parts)
        }
    }
}

/// The counts of each region, and of all together.
fn overview_of(page: &Page, regions: &Regions) -> Overview {
    let of_region = |count: &RegionCount| RegionRow {
        code: count.region.as_str(),
        name: page.words("region", count.region.as_str()),
        members: count.count.members,
        with_contact: count.count.with_contact,
    };
    let today = page.site().clock.now().day().to_string();
    Overview {
        on: if regions.on == today { String::new() } else { regions.on.clone() },
        regions: regions.data.iter().map(of_region).collect(),
        total: regions.total.members,
        with_contact: regions.total.with_contact,
    }
}

fn row(page: &Page, member: &Organisation, matched: &str) -> Row {
    let name = member.name_in(page.language());
    let found_as = matched.split_once(':').map_or("", |(_, found)| found);
    let is_active = member.status == MemberStatus::Active;
    Row {
        is_member: member.kind == OrganisationKind::Member,
        code: member.code.clone(),
        name: name.to_owned(),
        region: member.region.map(|region| page.words("region", region.as_str())).unwrap_or_default(),
        found_as: if found_as == name { String::new() } else { found_as.to_owned() },
        status: if is_active { String::new() } else { page.words("member-status", member.status.as_str()) },
    }
}
