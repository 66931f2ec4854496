//! A concept over the rounds of a survey: a chart and a table for all respondents, and for each region whose figures
//! are all shown. Without a concept the page lists those of the newest release.

use std::collections::BTreeSet;

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use survey_results::ALL;

use super::super::view::Teller;
use super::super::{Releases, TrendPoint, TrendQuery, TrendSeries, opened::OpenedRelease};
use super::bars::{Bars, LEFT};
use super::{address, figures, reader, short, teller, trend_address};
use crate::error::Error;
use crate::http::Query;
use crate::identity::guards::Visitor;
use crate::time::Timestamp;
use crate::web::{Fact, Listing, Page, PageResult, Row, Shown, Table, page_of};

/// Tables of a page.
const SHOWN: usize = 4;
/// Most options of a table; the pages of the questions have all.
const OPTIONS: usize = 12;

/// Which concept is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    concept: String,
    cursor: String,
}

/// A table with its heading.
struct Series {
    title: String,
    /// The same figures as a picture, where it is not too large.
    picture: Option<Bars>,
    table: Table,
}

#[derive(Template)]
#[template(path = "releases/trend.html")]
struct TrendPage<'a> {
    page: &'a Page,
    title: String,
    body: String,
    /// Concepts to choose from.
    concepts: Vec<Shown>,
    series: Vec<Series>,
    /// Where the bars of pictures begin.
    left: u64,
    listing: Listing,
    /// The pages above it.
    crumbs: Vec<Shown>,
}

/// The concept over the rounds, or all concepts.
pub(super) async fn show(
    visitor: Visitor,
    page: Page,
    releases: web::Data<Releases>,
    code: web::Path<String>,
    query: Query<Asked>,
) -> PageResult {
    let (reader, code, Query(asked)) = (reader(visitor), code.into_inner(), query);
    let newest = releases.newest_of_survey(reader.clone(), code.clone()).await?;
    let Some(newest) = newest else {
        let (title, back) = (page.text("page-trends.untitled"), vec![results(&page)]);
        let body = page.text("page-trends.none");
        return layout(&page, (title, body), Vec::new(), (Vec::new(), Listing::default()), back);
    };
    let newest = &newest;
    let teller = teller(&page, newest);
    let survey = page.say("page-trends", "survey", teller.reading.title());
    let mut crumbs = vec![results(&page)];
    if asked.concept.is_empty() {
        let concepts = concepts(&teller, newest);
        let (shown, info) = page_of(&concepts, &asked.cursor, OPTIONS * SHOWN);
        let shown = shown.to_vec();
        let listing = Listing::of(&page, &info);
        return layout(&page, (survey, page.text("page-trends.body")), shown, (Vec::new(), listing), crumbs);
    }
    crumbs.push(Shown::name(survey).leading_to(format!("/surveys/{}/trend", super::encoded(&code))));
    let wanted = TrendQuery { concept: asked.concept.clone(), lang: None };
    let told = releases.trend_of(reader, code, wanted, page.language()).await?;
    let of = newest.release.questions.iter().find(|result| result.concept.as_deref() == Some(asked.concept.as_str()));
    let (rows, info) = page_of(&told.data, &asked.cursor, SHOWN);
    let question = of.map_or_else(|| asked.concept.clone(), |of| teller.reading.question(&of.question, None));
    let body = page.text(if told.data.is_empty() { "page-trend.none" } else { "page-trend.body" });
    let about = of.map(|of| of.question.as_str()).unwrap_or_default();
    let series = rows.iter().map(|row| series(&page, (newest, about), &teller, row)).collect::<Result<_, Error>>()?;
    let title = page.say("page-trend", "question", short(&question));
    layout(&page, (title, body), Vec::new(), (series, Listing::of(&page, &info)), crumbs)
}

fn layout(
    page: &Page,
    (title, body): (String, String),
    concepts: Vec<Shown>,
    (series, listing): (Vec<Series>, Listing),
    crumbs: Vec<Shown>,
) -> PageResult {
    page.show(&TrendPage { page, title, body, concepts, series, left: LEFT, listing, crumbs })
}

/// The list of all results.
fn results(page: &Page) -> Shown {
    Shown::text(page.text("menu-results")).leading_to("/results")
}

/// The concepts of a release, each by the question about it.
fn concepts(teller: &Teller<'_>, shown: &OpenedRelease) -> Vec<Shown> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut links = Vec::new();
    for result in &shown.release.questions {
        if let Some(concept) = &result.concept
            && found.insert(concept)
        {
            let label = short(&teller.reading.question(&result.question, None));
            links.push(Shown::text(label).leading_to(trend_address(&shown.round.survey, concept)));
        }
    }
    links
}

/// The points of a series as rows, the oldest round first.
fn series(
    page: &Page,
    (newest, about): (&OpenedRelease, &str),
    teller: &Teller<'_>,
    told: &TrendSeries,
) -> Result<Series, Error> {
    let of_row = |row: &String| newest.release.questions.iter().find(|result| result.row.as_ref() == Some(row));
    let row = told.row.as_ref().and_then(of_row);
    let group = if told.key == ALL { teller.reading.group(ALL) } else { told.label.clone() };
    let title = match row {
        Some(row) => format!("{} – {group}", short(&teller.reading.question(&row.question, row.row.as_deref()))),
        None => group,
    };
    let options = options(told);
    let name = |option: &&str| teller.reading.option(told.row.as_deref().unwrap_or(about), option);
    let heads: Vec<String> = [page.text("th-round-of-trend"), page.text("th-took-part"), page.text("th-base")]
        .into_iter()
        .chain(options.iter().map(name))
        .collect();
    let line = |point: &TrendPoint| -> Result<Row, Error> {
        let at: Timestamp = point.as_of.parse().map_err(|_unread| Error::internal("an instant of a release"))?;
        let figure = |option: &&str| {
            let cell = point.cells.iter().find(|cell| cell.option == **option);
            cell.map(|cell| figures::count_and_share(page, cell)).unwrap_or_default()
        };
        let first = [
            Shown::day(page, at).leading_to(address(point.release)),
            Shown::code(point.n),
            figures::count(page, point.base),
        ];
        let labelled = heads.iter().cloned().zip(first.into_iter().chain(options.iter().map(figure)));
        let cells = labelled.map(|(label, value)| Fact { label, value }).collect();
        Ok(Row { anchor: String::new(), cells })
    };
    let rows = told.points.iter().map(line).collect::<Result<_, Error>>()?;
    let picture = Bars::new(page, told, &options, &|option| name(&option))?;
    let table = Table { caption: title.clone(), none: page.text("page-trend.none"), heads, rows };
    Ok(Series { title, picture, table })
}

/// The options of all points, in the order of the newest one.
fn options(told: &TrendSeries) -> Vec<&str> {
    let mut options: Vec<&str> = Vec::new();
    for cell in told.points.iter().rev().flat_map(|point| &point.cells) {
        if !options.contains(&cell.option.as_str()) {
            options.push(&cell.option);
        }
    }
    options.truncate(OPTIONS);
    options
}
