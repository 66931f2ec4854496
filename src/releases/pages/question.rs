//! One question of a release: the chart, and the same figures as a table; all respondents together, by region, or by
//! the answers to another question.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use survey_results::QuestionResult;
use survey_results::writers::chart::{By, chart as drawn};
use survey_results::{ALL, Reason};

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

/// A chart, which is loaded after the page.
struct Picture {
    address: String,
    /// How high it is, so that nothing moves when it comes.
    height: u32,
}

#[derive(Template)]
#[template(path = "releases/question.html")]
struct QuestionPage<'a> {
    page: &'a Page,
    title: String,
    release: Shown,
    views: Vec<Tab>,
    facts: Facts,
    chart: Option<Picture>,
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
        chart: chart(&page, &teller, result, (id, by)),
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

/// The chart of what the table shows; none of a pair, nor where there are too many options. It is drawn here for its
/// height, which follows from its texts.
fn chart(page: &Page, teller: &Teller<'_>, result: &QuestionResult, (id, by): (Id, &str)) -> Option<Picture> {
    let (shown_by, of) = match by {
        "" => (By::All, ""),
        REGION => (By::Region, "&by=region"),
        _ => return None,
    };
    let height = height_of(&drawn(teller.release, &teller.reading, result, shown_by)?)?;
    let address = format!("/api/v1/releases/{id}/charts/{}.svg?lang={}{of}", encoded(code_of(result)), page.lang());
    Some(Picture { address, height })
}

/// The height of a picture, as its first element says it.
fn height_of(svg: &str) -> Option<u32> {
    let (_, height) = svg.split_once(" height=\"")?;
    height.split('"').next()?.parse().ok()
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

#[cfg(test)]
mod tests {
    use super::height_of;

    #[test]
    fn the_height_of_a_picture_is_that_of_the_whole() {
        let svg = "<svg viewBox=\"0 0 480 662\" width=\"480\" height=\"662\"><rect height=\"16\"/></svg>";
        assert_eq!((height_of(svg), height_of("<svg/>")), (Some(662), None));
    }
}
