//! The own administration beside its region and all, from the figures that everybody sees; and what its consent to be
//! named would do to the others.

use std::collections::HashMap;

use askama::Template;
use questionnaire::Question;
use serde_json::Value;

use super::super::opened::OpenedRelease;
use super::super::view::Teller;
use super::super::{ConsentCheck, OwnResult, OwnResults, Releases, ResultCell, ResultRow};
use super::{Place, address, answers, figures, name, question_address, short, teller};
use crate::http::Query;
use crate::identity::guards::CanAnswerSurveys;
use crate::question_forms::{Spoken, Tongue};
use crate::text;
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
        table: table(page, &shown, &own, rows),
        listing: Listing::of(page, &info),
        consent,
        back: super::back_to_release(page, id),
    };
    page.show_form(form, &shown_page)
}

fn table(page: &Page, shown: &OpenedRelease, own: &OwnResults, rows: &[OwnResult]) -> Table {
    let mut table = Table::new(page, "own-results", &["question", "own-answer", "own-region", "all"]);
    if let (Some(region), Some(head)) = (&own.region, table.heads.get_mut(2)) {
        *head = page.words("region", region);
    }
    let teller = teller(page, shown);
    let tongue = Tongue::new(&shown.questionnaire, page.lang(), page.lang());
    let asked = shown.questionnaire.questions().map(|(_, question)| (question.code.as_str(), question));
    let asked: HashMap<&str, &Question> = asked.collect();
    for row in rows {
        let code = row.table.row.as_deref().unwrap_or(&row.table.question);
        let label = text::set_in(teller.reading.language(), row.table.label.clone());
        let chosen = chosen(row.answer.as_ref());
        let all = row.table.rows.last();
        let question = asked.get(row.table.question.as_str());
        table.push(vec![
            Shown::text(short(&label)).leading_to(question_address(shown.row.id, code)),
            Shown::text(question.map(|question| spoken(page, &tongue, question, row)).unwrap_or_default()),
            Shown::text(beside(page, &teller, code, row.region.as_ref(), &chosen)),
            Shown::text(beside(page, &teller, code, all, &chosen)),
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

/// The own answer in words. They are those of the questionnaire: where the figures of a question are withheld, its table
/// has no options.
fn spoken(page: &Page, tongue: &Tongue, question: &Question, row: &OwnResult) -> String {
    let given = row.answer.as_ref().filter(|answer| !answer.is_null());
    answers::words(page, &Spoken::of(tongue, question, given))
}

/// How many of a group chose the same, each option for itself; the middle of numbers. `of` is the code of the question
/// or of its row.
fn beside(page: &Page, teller: &Teller<'_>, of: &str, row: Option<&ResultRow>, chosen: &[String]) -> String {
    let Some(row) = row else { return page.text("results-no-row") };
    let has_code = |option: &str, code: &str| option.split('+').any(|part| part == code);
    let cell = |code: &String| row.cells.iter().find(|cell| has_code(&cell.option, code));
    let found: Vec<_> = chosen.iter().filter_map(cell).collect();
    if let [one] = found.as_slice() {
        return figures::count_and_share(page, one).text;
    }
    let told = |cell: &&ResultCell| {
        let label = teller.reading.option(of, &cell.option);
        let parts = [("option", label), ("figure", figures::count_and_share(page, cell).text)];
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
