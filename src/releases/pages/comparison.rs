//! Members beside partner agencies, by concept: where both releases have figures of all respondents.

use actix_web::web;
use askama::Template;

use super::super::{ComparedConcept, Releases, ResultTable};
use super::{Place, address, figures, name, participation, reader, short, teller};
use crate::db::Id;
use crate::http::Query;
use crate::identity::guards::Visitor;
use crate::surveys::SurveyAudience;
use crate::web::{Fact, Facts, Listing, Page, PageResult, Row, Shown, Table, page_of};

/// Concepts of a page.
const SHOWN: usize = 8;
/// Most options of a concept that are shown; the pages of the questions have all.
const OPTIONS: usize = 25;

/// A concept with the figures of both.
struct Compared {
    question: String,
    table: Table,
}

#[derive(Template)]
#[template(path = "releases/comparison.html")]
struct ComparisonPage<'a> {
    page: &'a Page,
    title: String,
    release: Shown,
    facts: Facts,
    concepts: Vec<Compared>,
    listing: Listing,
    back: Shown,
}

/// The comparison.
pub(super) async fn show(
    visitor: Visitor,
    page: Page,
    releases: web::Data<Releases>,
    id: web::Path<Id>,
    query: Query<Place>,
) -> PageResult {
    let reader = reader(visitor);
    let shown = releases.opened(reader.as_deref(), *id).await?;
    let beside = releases.beside(reader, *id).await?;
    // Only what this page shows is told.
    let (places, info) = page_of(&beside.alike, &query.0.cursor, SHOWN);
    let told = releases.told_beside(&beside, places, page.language()).await?;
    let (own, other) = sides(&page, shown.round.audience);
    let concepts = told.data.iter().map(|row| compared(&page, row, [&own, &other])).collect();
    let both = [(&own, &told.release), (&other, &told.other)];
    let facts = both.into_iter().fold(Facts::default(), |facts, (side, summary)| {
        let told =
            format!("{} – {}", page.say("release-number", "number", summary.number), participation(&page, summary));
        facts.with(side.clone(), Shown::text(told).leading_to(address(summary.id)))
    });
    let release = name(&page, &shown, &teller(&page, &shown));
    page.show(&ComparisonPage {
        title: page.text("page-comparison"),
        release: Shown::name(release).leading_to(address(*id)),
        facts,
        concepts,
        listing: Listing::of(&page, &info),
        back: super::back_to_release(&page, *id),
        page: &page,
    })
}

/// Whom the release is about, and whom the other one.
fn sides(page: &Page, own: SurveyAudience) -> (String, String) {
    let words = |audience: SurveyAudience| page.words("audience-of-survey", audience.as_str());
    let other = match own {
        SurveyAudience::Member => SurveyAudience::Partner,
        SurveyAudience::Partner => SurveyAudience::Member,
    };
    (words(own), words(other))
}

/// The options of both, each with its count and share.
fn compared(page: &Page, row: &ComparedConcept, sides: [&String; 2]) -> Compared {
    let heads: Vec<String> = std::iter::once(page.text("th-option")).chain(sides.into_iter().cloned()).collect();
    let mut options: Vec<(&str, &str)> = Vec::new();
    for column in row.own.columns.iter().chain(&row.other.columns) {
        if !options.iter().any(|(code, _)| *code == column.code) {
            options.push((&column.code, &column.label));
        }
    }
    let figure = |table: &ResultTable, code: &str| {
        let cells = table.rows.last().map(|row| row.cells.as_slice()).unwrap_or_default();
        let cell = cells.iter().find(|cell| cell.option == code);
        cell.map(|cell| figures::count_and_share(page, cell)).unwrap_or_default()
    };
    let line = |(code, label): &(&str, &str)| {
        let cells = [Shown::text(*label), figure(&row.own, code), figure(&row.other, code)];
        let labelled = heads.iter().cloned().zip(cells);
        Row { anchor: String::new(), cells: labelled.map(|(label, value)| Fact { label, value }).collect() }
    };
    let rows = options.iter().take(OPTIONS).map(line).collect();
    let question = short(&row.own.label);
    Compared {
        table: Table { caption: question.clone(), none: page.text("results-no-figures"), heads, rows },
        question,
    }
}
