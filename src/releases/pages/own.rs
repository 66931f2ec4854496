//! The own administration beside its region and all, from the figures that everybody sees; and what its consent to be
//! named would do to the others.

use askama::Template;
use serde_json::Value;

use super::super::view::Teller;
use super::super::{ConsentCheck, OwnResult, OwnResults, Releases, ResultRow, ResultTable};
use super::{Place, address, figures, name, question_address, short, teller};
use crate::db::Id;
use crate::http::Query;
use crate::identity::guards::CanAnswerSurveys;
use crate::web::{Desk, FormState, Listing, Page, PageResult, Shown, Table, page_of, returned};

/// Questions of a page.
const SHOWN: usize = 20;

type Seat = Desk<CanAnswerSurveys, Releases>;

#[derive(Template)]
#[template(path = "releases/own.html")]
struct OwnPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    title: String,
    release: Shown,
    organisation: String,
    /// What was submitted in time for this release; none where nothing was.
    has_answers: bool,
    table: Table,
    listing: Listing,
    /// What the consent to be named would do, in sentences; empty until it is asked for.
    consent: Vec<String>,
    back: Shown,
}

/// The comparison.
pub(super) async fn show(seat: Seat, query: Query<Place>) -> PageResult {
    layout(&seat, &query.0, &FormState::default(), Vec::new()).await
}

/// The same, with what the consent to be named would do.
pub(super) async fn check(seat: Seat, query: Query<Place>) -> PageResult {
    let shown = seat.service.opened(Some(&seat.person), seat.place).await?;
    match seat.service.consent_check(seat.person.0.clone(), shown.row.round_id).await {
        Ok(check) => {
            let told = sentences(&seat.page, &teller(&seat.page, &shown), &check);
            layout(&seat, &query.0, &FormState::default(), told).await
        }
        Err(error) => layout(&seat, &query.0, &returned(&seat.page, FormState::default(), error)?, Vec::new()).await,
    }
}

async fn layout(seat: &Seat, place: &Place, form: &FormState, consent: Vec<String>) -> PageResult {
    let (page, id) = (&seat.page, seat.place);
    let shown = seat.service.opened(Some(&seat.person), id).await?;
    let own = seat.service.own(seat.person.0.clone(), id, page.language()).await?;
    let (rows, info) = page_of(&own.data, &place.cursor, SHOWN);
    let release = name(page, &shown, &teller(page, &shown));
    let shown_page = OwnPage {
        page,
        form,
        title: page.say("page-own-results", "name", page.organisation(&own.organisation)),
        release: Shown::name(release).leading_to(address(id)),
        organisation: page.organisation(&own.organisation).to_owned(),
        has_answers: own.data.iter().any(|row| row.answer.is_some()),
        table: table(page, &own, id, rows),
        listing: Listing::of(page, &info),
        consent,
        back: super::back_to_release(page, id),
    };
    page.show_form(form, &shown_page)
}

fn table(page: &Page, own: &OwnResults, id: Id, rows: &[OwnResult]) -> Table {
    let mut table = Table::new(page, "own-results", &["question", "own-answer", "own-region", "all"]);
    if let (Some(region), Some(head)) = (&own.region, table.heads.get_mut(2)) {
        *head = page.words("region", region);
    }
    for row in rows {
        let code = row.table.row.as_deref().unwrap_or(&row.table.question);
        let chosen = chosen(row.answer.as_ref());
        let all = row.table.rows.last();
        table.push(vec![
            Shown::text(short(&row.table.label)).leading_to(question_address(id, code)),
            Shown::text(spoken(page, &row.table, row.answer.as_ref())),
            Shown::text(beside(page, &row.table, row.region.as_ref(), &chosen)),
            Shown::text(beside(page, &row.table, all, &chosen)),
        ]);
    }
    table
}

/// The codes of the chosen options.
fn chosen(answer: Option<&Value>) -> Vec<String> {
    match answer {
        Some(Value::String(code)) => vec![code.clone()],
        Some(Value::Array(codes)) => codes.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The answer in words.
fn spoken(page: &Page, table: &ResultTable, answer: Option<&Value>) -> String {
    let label = |code: &str| {
        let found = table.columns.iter().find(|column| column.code == code);
        found.map_or_else(|| code.to_owned(), |column| column.label.clone())
    };
    match answer {
        None | Some(Value::Null) => page.text("answer-none"),
        Some(Value::String(code)) => label(code),
        Some(Value::Array(codes)) => codes.iter().filter_map(Value::as_str).map(label).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

/// How many of a group chose the same, each option for itself; the middle of numbers.
fn beside(page: &Page, table: &ResultTable, row: Option<&ResultRow>, chosen: &[String]) -> String {
    let Some(row) = row else { return page.text("results-no-row") };
    let has_code = |option: &str, code: &str| option.split('+').any(|part| part == code);
    let of = |code: &String| row.cells.iter().find(|cell| has_code(&cell.option, code));
    let found: Vec<_> = chosen.iter().filter_map(of).collect();
    if let [one] = found.as_slice() {
        return figures::count_and_share(page, one).text;
    }
    let label = |option: &str| {
        let column = table.columns.iter().find(|column| column.code == option);
        column.map_or_else(|| option.to_owned(), |column| column.label.clone())
    };
    let told = |cell: &&super::super::ResultCell| {
        let parts = [("option", label(&cell.option)), ("figure", figures::count_and_share(page, cell).text)];
        page.text_with("results-option", &parts)
    };
    match &row.median {
        Some(median) if found.is_empty() => page.say("results-median", "median", &median.label),
        _ => found.iter().map(told).collect::<Vec<_>>().join("; "),
    }
}

fn sentences(page: &Page, teller: &Teller<'_>, check: &ConsentCheck) -> Vec<String> {
    if check.is_safe {
        return vec![page.text("consent-check-safe")];
    }
    let mut told = vec![page.text("consent-check-unsafe")];
    told.extend(check.data.iter().take(SHOWN).map(|table| {
        let question = short(&teller.reading.question(&table.question, None));
        let parts = [("number", table.release.to_string()), ("question", question)];
        page.text_with("consent-check-table", &parts)
    }));
    told
}
