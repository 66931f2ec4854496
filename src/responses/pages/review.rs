//! The review of a response: what hinders its submission, all of its answers, and what its reader can do now.

use std::collections::HashMap;

use askama::Template;
use questionnaire::AnswerType;
use serde_json::Value;

use super::super::{OpenPoint, OwnResponse, ResponseCheck, ResponseSheet, SectionState, SheetAnswer};
use super::deeds::ResponseStep;
use super::hub::{said, state_facts};
use super::words::{asked, questions, row_label, section_title, survey_title, tongue};
use super::{ResponseDesk, hub_address, section_address, sheet};
use crate::db::Id;
use crate::question_forms::{Said, Spoken, field_name};
use crate::rounds::ResponseState;
use crate::web::{Facts, Page, PageResult, Shown};

/// A question with what was answered.
struct Line {
    question: String,
    answer: Spoken,
    /// What is still to be done about it; empty where nothing is.
    doubt: String,
    href: String,
}

/// A section with its answers.
struct Part {
    anchor: String,
    title: String,
    href: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "responses/review.html")]
struct ReviewPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    said: Vec<String>,
    /// Whether something hinders the submission.
    is_complete: bool,
    points: Vec<Shown>,
    /// Why a step is not offered that the reader may expect.
    held: Vec<String>,
    /// The steps that lead on.
    on: Vec<Shown>,
    /// The steps that lead back, never the first button.
    back: Vec<Shown>,
    /// The steps that take something away.
    others: Vec<Shown>,
    sections: Vec<Part>,
    hub: String,
}

/// The whole of a response.
pub(super) async fn show(desk: ResponseDesk) -> PageResult {
    let (page, id) = (&desk.page, desk.place);
    let sheet = sheet(&desk, id).await?;
    let check = desk.service.check(desk.person.0.clone(), id, page.language()).await?;
    let own = &sheet.response;
    let is_held = |deed: &ResponseStep| deed.needs_all() && !check.is_complete;
    let offered = ResponseStep::ALL.iter().copied().filter(|deed| deed.is_offered(own));
    let (waiting, possible): (Vec<ResponseStep>, Vec<ResponseStep>) = offered.partition(is_held);
    let links = |wanted: &dyn Fn(ResponseStep) -> bool| -> Vec<Shown> {
        possible.iter().filter(|deed| wanted(**deed)).map(|deed| deed.link(page, own, id)).collect()
    };
    let content = ReviewPage {
        page,
        title: survey_title(page, &sheet),
        facts: state_facts(page, own),
        said: said(page, own),
        is_complete: check.is_complete,
        points: points(page, &sheet, &check, id),
        held: held(page, own, &waiting),
        on: links(&ResponseStep::leads_on),
        back: links(&|deed| deed == ResponseStep::Return),
        others: links(&|deed| deed == ResponseStep::Withdraw),
        sections: sections(page, &sheet, &check, id),
        hub: hub_address(own.round),
    };
    page.show(&content)
}

/// Why steps are not offered: points are open, or another coordinator approves.
fn held(page: &Page, own: &OwnResponse, waiting: &[ResponseStep]) -> Vec<String> {
    let mut held = Vec::new();
    if !waiting.is_empty() {
        held.push(page.text("review-points-first"));
    }
    if own.rights.sign && own.another_approves && own.is_accepted && own.state == ResponseState::InReview {
        held.push(page.text("review-another-approves"));
    }
    held
}

/// Where something is to be done, each with the way to its field.
fn points(page: &Page, sheet: &ResponseSheet, check: &ResponseCheck, id: Id) -> Vec<Shown> {
    points_where(page, sheet, check, (id, &|_| true))
}

/// The same in a section.
pub(super) fn points_of_section(
    page: &Page,
    sheet: &ResponseSheet,
    check: &ResponseCheck,
    (id, section): (Id, &str),
) -> Vec<Shown> {
    points_where(page, sheet, check, (id, &|point| point.section == section))
}

fn points_where(
    page: &Page,
    sheet: &ResponseSheet,
    check: &ResponseCheck,
    (id, is_wanted): (Id, &dyn Fn(&OpenPoint) -> bool),
) -> Vec<Shown> {
    let (tongue, questions) = (tongue(page, &sheet.questionnaire), questions(&sheet.questionnaire));
    let point = |key: &str, point: &OpenPoint| {
        let question = questions.get(point.question.as_str());
        let named =
            question.map_or_else(|| point.question.clone(), |known| asked(&tongue, known, point.row.as_deref()));
        Shown::text(page.say(key, "question", named)).leading_to(href(id, point))
    };
    of_kinds(check)
        .flat_map(|(key, points)| points.iter().map(move |found| (key, found)))
        .filter(|(_, found)| is_wanted(found))
        .map(|(key, found)| point(key, found))
        .collect()
}

/// The points of a check with what is said of them.
fn of_kinds(check: &ResponseCheck) -> impl Iterator<Item = (&'static str, &Vec<OpenPoint>)> {
    [
        ("review-missing", &check.missing),
        ("review-invalid", &check.invalid),
        ("review-unmet", &check.unmet),
        ("review-unconfirmed", &check.unconfirmed),
    ]
    .into_iter()
}

fn href(id: Id, point: &OpenPoint) -> String {
    format!("{}#{}", section_address(id, &point.section), field_name(&point.question, point.row.as_deref()))
}

/// A question, and a row of it.
type Place<'s> = (&'s str, Option<&'s str>);

/// What is known of each place: the answer, and the key of what is still to be done.
struct Known<'s> {
    values: HashMap<Place<'s>, &'s Value>,
    doubts: HashMap<Place<'s>, &'static str>,
}

impl<'s> Known<'s> {
    fn of(sheet: &'s ResponseSheet, check: &'s ResponseCheck) -> Self {
        let value =
            |answer: &'s SheetAnswer| Some(((answer.question.as_str(), answer.row.as_deref()), answer.value.as_ref()?));
        let mut doubts = HashMap::new();
        for (key, points) in of_kinds(check) {
            for point in points {
                doubts.entry((point.question.as_str(), point.row.as_deref())).or_insert(key);
            }
        }
        Self { values: sheet.answers.iter().filter_map(value).collect(), doubts }
    }

    /// What is still to be done about an answer, in words; empty where nothing is.
    fn doubt(&self, page: &Page, place: Place<'_>) -> String {
        self.doubts.get(&place).map(|key| page.text(&format!("{key}.short"))).unwrap_or_default()
    }
}

fn sections(page: &Page, sheet: &ResponseSheet, check: &ResponseCheck, id: Id) -> Vec<Part> {
    let (tongue, known) = (tongue(page, &sheet.questionnaire), Known::of(sheet, check));
    let shown = sheet.sections.iter().filter(|standing| standing.state != SectionState::CannotStart);
    let part = |standing: &super::super::SectionStanding| Part {
        anchor: format!("s:{}", standing.code),
        title: section_title(&tongue, &sheet.questionnaire, &standing.code),
        href: if sheet.response.is_writable { section_address(id, &standing.code) } else { String::new() },
        lines: lines(page, sheet, &known, (id, &standing.code)),
    };
    shown.map(part).collect()
}

/// The asked questions of a section, a matrix row by row.
fn lines(page: &Page, sheet: &ResponseSheet, known: &Known<'_>, (id, section): (Id, &str)) -> Vec<Line> {
    let tongue = tongue(page, &sheet.questionnaire);
    let mut lines = Vec::new();
    let of_section = sheet.questionnaire.questions().filter(|(of, _)| of.code == section);
    for (_, question) in of_section.filter(|(_, question)| sheet.shown.contains(&question.code)) {
        let rows: Vec<Option<&str>> = match &question.answer {
            AnswerType::Matrix { rows, .. } => rows.iter().map(|row| Some(row.code.as_str())).collect(),
            _ => vec![None],
        };
        for row in rows {
            let label = row.and_then(|row| row_label(&tongue, question, row)).map(|label| label.text);
            let whole = tongue.said_or(&question.label, &question.code).text;
            let place = (question.code.as_str(), row);
            let mut answer = Spoken::of(&tongue, question, known.values.get(&place).copied());
            // What is no number has no unit.
            if known.doubts.get(&place) == Some(&"review-invalid") {
                answer.unit = Said::default();
            }
            lines.push(Line {
                question: label.map_or_else(|| whole.clone(), |row| format!("{whole} – {row}")),
                answer,
                doubt: known.doubt(page, place),
                href: format!("{}#{}", section_address(id, section), field_name(&question.code, row)),
            });
        }
    }
    lines
}
