//! The page of key figures: as facts, as charts, and the same figures as tables.
//!
//! Each bar of a chart is drawn in SVG with its width as an attribute, so that it needs neither a script nor a style.
//! Its label is a text of the page, which is as large as others on every screen.

use actix_web::web;
use askama::Template;

use super::{DirectoryFigures, RegionFigures, Statistics};
use crate::identity::guards::CanReadStatistics;
use crate::text;
use crate::web::{Facts, Page, PageResult, Pages, Shown, Table};

/// The width of the longest bar.
const LONGEST: u64 = 600;
/// From how many hours on a span is told in days.
const MANY_HOURS: u64 = 72;

/// The route of this page.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/statistics", figures)
}

/// A bar of a chart.
struct Bar {
    label: String,
    width: u64,
}

/// Figures as bars, and as a table.
struct Chart {
    /// The beginning of its ids.
    id: &'static str,
    title: String,
    description: String,
    bars: Vec<Bar>,
    table: Table,
}

impl Chart {
    /// Draws these figures; the texts are `<key>`, `<key>.description`, and those of a table.
    fn new(page: &Page, id: &'static str, key: &str, figures: &[(String, i64)], table: Table) -> Self {
        let amount = |value: i64| u64::try_from(value).unwrap_or_default();
        let most = figures.iter().map(|(_, value)| amount(*value)).max().unwrap_or_default().max(1);
        let bars = figures.iter().map(|(label, value)| Bar {
            label: page.text_with("statistics-bar", &[("label", label.clone()), ("value", value.to_string())]),
            width: amount(*value) * LONGEST / most,
        });
        Self {
            id,
            title: page.text(key),
            description: page.text(&format!("{key}.description")),
            bars: bars.collect(),
            table,
        }
    }
}

/// Members that lack contacts.
struct Gap {
    /// What they lack, and how many they are.
    title: String,
    members: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "statistics/statistics.html")]
struct StatisticsPage<'a> {
    page: &'a Page,
    summary: Facts,
    gaps: Vec<Gap>,
    charts: Vec<Chart>,
}

/// How the directory stands at this moment.
async fn figures(_: CanReadStatistics, page: Page, statistics: web::Data<Statistics>) -> PageResult {
    let figures = statistics.directory().await?;
    let charts = vec![by_confirmation(&page, &figures), by_region(&page, &figures)];
    page.show(&StatisticsPage { page: &page, summary: summary(&page, &figures), gaps: gaps(&page, &figures), charts })
}

fn summary(page: &Page, figures: &DirectoryFigures) -> Facts {
    let label = |name: &str| page.text(&format!("statistics-{name}"));
    let hours = |hours: u64| {
        let (key, amount) = if hours < MANY_HOURS { ("hours", hours) } else { ("days", hours / 24) };
        Shown::text(page.say(&format!("statistics-{key}"), key, amount))
    };
    Facts::default()
        .with(label("members"), Shown::code(figures.members))
        .with(label("pending"), Shown::code(figures.pending))
        .with_some(label("pending-since"), figures.pending_since.map(|since| Shown::age(page, since)))
        .with(label("invited"), Shown::code(figures.invited))
        .with(label("bounced"), Shown::code(figures.bounced))
        .with(label("decided"), Shown::code(figures.decided))
        .with_some(label("median"), figures.median_hours.map(hours))
        .with_some(label("p90"), figures.p90_hours.map(hours))
}

/// Members that lack contacts, in the order of their names.
fn gaps(page: &Page, figures: &DirectoryFigures) -> Vec<Gap> {
    let lists = [
        ("without-coordinator", &figures.without_coordinator),
        ("without-contact", &figures.without_contact),
        ("with-single-contact", &figures.with_single_contact),
    ];
    let gap = |(name, codes): (&str, &Vec<String>)| {
        let member = |code: &String| page.shown_organisation(code).leading_to(format!("/members/{code}"));
        let mut members: Vec<Shown> = codes.iter().map(member).collect();
        members.sort_by_cached_key(|member| text::sort_key(&member.text));
        Gap { title: page.say(&format!("statistics-{name}"), "count", codes.len()), members }
    };
    lists.into_iter().map(gap).filter(|gap| !gap.members.is_empty()).collect()
}

fn by_confirmation(page: &Page, figures: &DirectoryFigures) -> Chart {
    let counts = [
        ("confirmed", figures.confirmed),
        ("due", figures.due),
        ("unconfirmed", figures.unconfirmed),
        ("unconfirmed-long", figures.unconfirmed_90_days),
    ];
    let counts = counts.map(|(name, count)| (page.text(&format!("statistics-{name}")), count));
    let mut table = Table::new(page, "statistics-confirmation", &["confirmation", "contacts"]);
    for (label, count) in &counts {
        table.push(vec![Shown::text(label), Shown::code(count)]);
    }
    // The last one is a part of the one before, so it has no bar of its own beside it.
    let bars = counts.split_last().map_or(&[][..], |(_, others)| others);
    Chart::new(page, "confirmation", "statistics-confirmation", bars, table)
}

fn by_region(page: &Page, figures: &DirectoryFigures) -> Chart {
    let regions = &figures.regions;
    let name = |row: &RegionFigures| match row.region {
        Some(region) => page.words("region", region.as_str()),
        None => page.text("statistics-no-region"),
    };
    let columns =
        ["region", "contacts", "unconfirmed", "members", "without-coordinator", "without-contact", "single-contact"];
    let mut table = Table::new(page, "statistics-regions", &columns);
    for row in regions {
        table.push(vec![
            Shown::text(name(row)),
            Shown::code(row.contacts),
            Shown::code(row.unconfirmed),
            Shown::code(row.members),
            Shown::code(row.without_coordinator),
            Shown::code(row.without_contact),
            Shown::code(row.with_single_contact),
        ]);
    }
    // Entries of partner agencies, of unions, and of administrations that are no Members any more.
    let in_regions: i64 = regions.iter().map(|row| row.contacts).sum();
    let unconfirmed_in_regions: i64 = regions.iter().map(|row| row.unconfirmed).sum();
    let contacts_in_all = figures.confirmed + figures.due + figures.unconfirmed;
    let elsewhere = contacts_in_all - in_regions;
    if elsewhere > 0 {
        let unconfirmed = Shown::code(figures.unconfirmed - unconfirmed_in_regions);
        let mut row = vec![Shown::text(page.text("statistics-elsewhere")), Shown::code(elsewhere), unconfirmed];
        row.resize(columns.len(), Shown::default());
        table.push(row);
    }
    let sum = |of: fn(&RegionFigures) -> usize| Shown::code(regions.iter().map(of).sum::<usize>());
    table.push(vec![
        Shown::text(page.text("th-all")),
        Shown::code(contacts_in_all),
        Shown::code(figures.unconfirmed),
        sum(|row| row.members),
        sum(|row| row.without_coordinator),
        sum(|row| row.without_contact),
        sum(|row| row.with_single_contact),
    ]);
    let contacts: Vec<(String, i64)> = regions.iter().map(|row| (name(row), row.contacts)).collect();
    Chart::new(page, "regions", "statistics-regions", &contacts, table)
}
