//! One question of a release: the chart, and the same figures as a table; all respondents together, by region, or by
//! the answers to another question.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use survey_results::QuestionResult;
use survey_results::writers::chart::MOST_BY_REGION;
use survey_results::{ALL, NO_ANSWER, NOT_ASKED, Reason};

use super::super::view::{REGION, Teller, code_of};
use super::super::{ReleaseContents, Releases, ResultTable, opened::OpenedRelease};
use super::figures::{self, Figures};
use super::{address, asked, encoded, may, name, question_address, reader, short, teller, trend_address};
use crate::db::Id;
use crate::error::Error;
use crate::http::Query;
use crate::identity::guards::Visitor;
use crate::policy::{self, Action};
use crate::time::Timestamp;
use crate::web::{Facts, Listing, Page, PageResult, Shown, Tab};

/// What is shown of a question.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// `region`, or the concept of a pair; empty for all respondents.
    by: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "releases/question.html")]
struct QuestionPage<'a> {
    page: &'a Page,
    title: String,
    release: Shown,
    views: Vec<Tab>,
    facts: Facts,
    /// The address of the chart; empty where there is none.
    chart: String,
    figures: Figures,
    /// Why there are no figures; empty where there are.
    withheld: String,
    /// What is to be known beside.
    notes: Vec<String>,
    listing: Listing,
    links: Vec<Shown>,
    before: Shown,
    next: Shown,
}

/// The question.
pub(super) async fn show(
    visitor: Visitor,
    page: Page,
    releases: web::Data<Releases>,
    place: web::Path<(Id, String)>,
    query: Query<Asked>,
) -> PageResult {
    let (id, code) = place.into_inner();
    let shown = releases.opened(reader(visitor).as_deref(), id).await?;
    let teller = teller(&page, &shown);
    let questions = &shown.release.questions;
    let at = questions.iter().position(|result| code_of(result) == code).ok_or_else(Error::not_found)?;
    let result = questions.get(at).ok_or_else(Error::not_found)?;
    let leads_to_names = leads_to_names(&releases, &page, &shown, result).await;
    let Query(Asked { by, cursor }) = query;
    let by = by.as_str();
    let told = told(&teller, result, by)?;
    let figures =
        if by.is_empty() { figures::of_all(&page, &told, &cursor) } else { figures::by_group(&page, &told, &cursor) };
    let way = |at: Option<usize>, key: &str| {
        let to = at.and_then(|at| questions.get(at));
        to.map(|to| Shown::text(page.text(key)).leading_to(question_address(id, code_of(to)))).unwrap_or_default()
    };
    page.show(&QuestionPage {
        title: asked(&teller, result),
        release: Shown::name(name(&page, &shown, &teller)).leading_to(address(id)),
        views: views(&page, &teller, result, (id, by)),
        facts: facts(&page, &shown, &told),
        chart: chart(&page, result, &told, (id, by)),
        withheld: told.withheld.map(|reason| withheld(&page, reason)).unwrap_or_default(),
        notes: notes(&page, &figures, &told),
        listing: Listing::of(&page, &figures.info),
        figures,
        links: links(&page, &shown, result, leads_to_names),
        before: way(at.checked_sub(1), "link-question-before"),
        next: way(Some(at + 1), "link-question-next"),
        page: &page,
    })
}

/// # Errors
/// 404 where no such table is declared.
fn told(teller: &Teller<'_>, result: &QuestionResult, by: &str) -> Result<ResultTable, Error> {
    match by {
        "" => Ok(teller.totals(result)),
        REGION => Ok(teller.by_region(result)),
        concept => {
            let mut pairs = teller.release.pairs.iter();
            let pair = pairs.find(|pair| pair.concept == concept && pair.question == code_of(result));
            pair.and_then(|pair| teller.pair(pair)).ok_or_else(Error::not_found)
        }
    }
}

/// All respondents, the regions, and the pairs that the round declares.
fn views(page: &Page, teller: &Teller<'_>, result: &QuestionResult, (id, by): (Id, &str)) -> Vec<Tab> {
    let own = question_address(id, code_of(result));
    let mut views = vec![
        Tab::new(page.text("results-by-all"), own.clone(), by.is_empty()),
        Tab::new(page.text("results-by-region"), format!("{own}?by={REGION}"), by == REGION),
    ];
    for pair in teller.release.pairs.iter().filter(|pair| pair.question == code_of(result)) {
        let other = teller.release.questions.iter().find(|other| code_of(other) == pair.with);
        let label = other.map_or_else(
            || pair.concept.clone(),
            |other| short(&teller.reading.question(&other.question, other.row.as_deref())),
        );
        let label = page.say("results-by-question", "question", label);
        views.push(Tab::new(label, format!("{own}?by={}", encoded(&pair.concept)), by == pair.concept));
    }
    views
}

/// What the figures are of.
fn facts(page: &Page, shown: &OpenedRelease, told: &ResultTable) -> Facts {
    let row = told.rows.last();
    let as_of = told.as_of.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    let took_part = row.map(|row| {
        let parts = [("n", row.n.to_string()), ("frame", shown.release.frame.all.to_string())];
        Shown::text(page.text_with("results-took-part", &parts))
    });
    let median = row.and_then(|row| row.median.as_ref()).map(|median| Shown::text(median.label.clone()));
    Facts::default()
        .with_some(page.text("th-took-part"), took_part)
        .with_some(page.text("th-base"), row.map(|row| figures::count(page, row.base)))
        .with_some(page.text("th-median"), median)
        .with_some(page.text("th-as-of"), as_of.map(|at| Shown::moment(page, at)))
}

/// The chart of what the table shows; none of a pair, nor where there are too many options.
fn chart(page: &Page, result: &QuestionResult, told: &ResultTable, (id, by): (Id, &str)) -> String {
    let options = told.columns.iter().filter(|column| ![NO_ANSWER, NOT_ASKED].contains(&column.code.as_str()));
    let is_drawn = match by {
        "" => !told.rows.is_empty(),
        REGION => !told.rows.is_empty() && options.count() <= MOST_BY_REGION,
        _ => false,
    };
    if !is_drawn {
        return String::new();
    }
    let of = if by == REGION { "&by=region" } else { "" };
    format!("/api/v1/releases/{id}/charts/{}.svg?lang={}{of}", encoded(code_of(result)), page.lang())
}

/// Why there is no table, in a sentence.
pub(super) fn withheld(page: &Page, reason: Reason) -> String {
    let key = match reason {
        Reason::Contents => "contents",
        Reason::Small => "small",
        Reason::Routed => "routed",
        Reason::Named => "named",
        Reason::EarlierRelease => "earlier_release",
        Reason::Kind => "kind",
        Reason::Audit => "audit",
    };
    page.text(&format!("results-withheld-{key}"))
}

fn notes(page: &Page, figures: &Figures, told: &ResultTable) -> Vec<String> {
    let mut notes = Vec::new();
    if figures.has_hidden {
        notes.push(page.text("results-why-hidden"));
    }
    let mut cells = told.rows.iter().flat_map(|row| &row.cells);
    if told.by == ALL && cells.any(|cell| cell.bounds.is_some()) {
        notes.push(page.text("results-bounds-note"));
    }
    if figures.left_out > 0 {
        notes.push(page.say("results-left-out", "count", figures.left_out));
    }
    if told.columns.iter().any(|column| column.code.contains('+')) {
        notes.push(page.text("results-banded"));
    }
    notes
}

/// Whether there is a link to the answers by name. The rules of the questionnaire are looked at last: visitors have no
/// such link. While there is no room to look at them, the page shows without it.
async fn leads_to_names(releases: &Releases, page: &Page, shown: &OpenedRelease, result: &QuestionResult) -> bool {
    let is_open = shown.row.contents == ReleaseContents::Tables || may(page, Action::ManageSurveys);
    let is_reader = is_open && page.viewer().is_some_and(policy::reads_surveys_of_members);
    if !is_reader {
        return false;
    }
    let named = releases.is_named(shown, &result.question).await;
    named.unwrap_or_else(|error| {
        tracing::debug!(%error, release = %shown.row.id, "a page shows without the link to the answers by name");
        false
    })
}

fn links(page: &Page, shown: &OpenedRelease, result: &QuestionResult, leads_to_names: bool) -> Vec<Shown> {
    let (id, round) = (shown.row.id, shown.row.round_id);
    let file = format!("/api/v1/releases/{id}/results.csv?lang={}", page.lang());
    let mut links = vec![Shown::text(page.text("link-results-csv")).leading_to(file)];
    if let Some(concept) = &result.concept {
        let trend = trend_address(&shown.round.survey, concept);
        links.push(Shown::text(page.text("link-trend")).leading_to(trend));
    }
    if leads_to_names {
        let named = format!("/rounds/{round}/answers?question={}", encoded(&result.question));
        links.push(Shown::text(page.text("link-named-answers")).leading_to(named));
    }
    links.push(Shown::text(page.text("page-help-survey-method")).leading_to("/help/survey-method"));
    links
}
