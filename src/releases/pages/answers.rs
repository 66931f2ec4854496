//! Answers by name: the questions whose answers the reader may see so, and the answers to one of them. The Secretariat
//! also takes all of them as a file, which is recorded.

use std::sync::Arc;

use questionnaire::{AnswerType, Question};
use serde::Deserialize;
use serde_json::Value;

use super::super::named::Nameable;
use super::super::{NamedAnswer, NamedQuery, Releases};
use super::{encoded, may, reading, short};
use crate::db::Id;
use crate::error::Error;
use crate::http::Query;
use crate::identity::guards::CanReadSurveys;
use crate::policy::Action;
use crate::question_forms::{Spoken, Tongue};
use crate::web::{Desk, ListPage, Listing, Page, PageResult, Shown, Table, page_of};

/// Rows of a page.
const SHOWN: usize = 25;

/// Which answers are asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The code of a question; empty for the list of questions.
    question: String,
    cursor: String,
}

/// The questions, or the answers to one of them.
pub(super) async fn show(desk: Desk<CanReadSurveys, Releases>, query: Query<Asked>) -> PageResult {
    let (trace, Query(asked)) = (desk.trace(), query);
    let Desk { person, page, service: releases, place: round, .. } = desk;
    let known = releases.nameable(Arc::clone(&person.0), round).await?;
    if asked.question.is_empty() {
        return questions(&page, &known, &asked.cursor);
    }
    let wanted = NamedQuery { question: asked.question.clone() };
    let named = releases.named(person.0, trace, round, wanted).await?;
    let mut found = known.questionnaire.questions().map(|(_, question)| question);
    let question = found.find(|question| question.code == asked.question).ok_or_else(Error::not_found)?;
    let (rows, info) = page_of(&named.data, &asked.cursor, SHOWN);
    let reading = reading(&page, &known.questionnaire);
    let tongue = Tongue::new(&known.questionnaire, page.lang(), page.lang());
    let mut table = Table::new(&page, "named-answers", &["organisation", "region", "answer"]);
    for row in rows {
        let region = row.region.as_deref().map(|region| page.words("region", region)).unwrap_or_default();
        table.push(vec![
            page.shown_organisation(&row.organisation),
            Shown::text(region),
            Shown::name(spoken(&page, &tongue, question, row)),
        ]);
    }
    let label = short(&reading.question(&question.code, None));
    let all = Shown::text(page.text("link-named-questions")).leading_to(format!("/rounds/{round}/answers"));
    let content = ListPage::new(&page, page.say("page-named-answers", "question", label), table)
        .saying(page.text(told(&page)))
        .with_listing(Listing::of(&page, &info))
        .with_links(vec![all]);
    with_back(&page, content, round).show()
}

/// The list with the way back to the round.
fn with_back<'a>(page: &Page, list: ListPage<'a>, round: Id) -> ListPage<'a> {
    list.back_to(format!("/rounds/{round}"), page.text("link-back-to-round"))
}

/// Whose answers are shown.
fn told(page: &Page) -> &'static str {
    if may(page, Action::ManageSurveys) { "page-named-answers.secretariat" } else { "page-named-answers.community" }
}

/// The questions whose answers may be seen by name.
fn questions(page: &Page, known: &Nameable, cursor: &str) -> PageResult {
    let round = known.round.id;
    let reading = reading(page, &known.questionnaire);
    let mut table = Table::new(page, "named-questions", &["question", "who-sees"]);
    let all: Vec<&Question> = known.questionnaire.questions().map(|(_, question)| question).collect();
    let open: Vec<&Question> = all.into_iter().filter(|question| known.questions.contains(&question.code)).collect();
    let (rows, info) = page_of(&open, cursor, SHOWN);
    for question in rows {
        let mut label = Shown::text(short(&reading.question(&question.code, None)));
        if !known.is_early {
            label = label.leading_to(format!("/rounds/{round}/answers?question={}", encoded(&question.code)));
        }
        table.push(vec![label, Shown::text(page.words("who-sees", question.sensitivity.as_str()))]);
    }
    let opened = page.round_name(reading.title(), known.round.opens_at, &known.round.zone);
    let content = ListPage::new(page, page.say("page-named-questions.title", "name", opened), table);
    let content = with_back(page, content, round);
    if open.is_empty() {
        return content.show();
    }
    let mut content = content.saying(page.text(told(page))).with_listing(Listing::of(page, &info));
    if known.is_early {
        content = content.saying(page.text("page-named-questions.early"));
    }
    let mut links = Vec::new();
    if may(page, Action::ManageSurveys) {
        let file = |key: &str, end: &str| {
            let href = format!("/api/v1/rounds/{round}/microdata.{end}lang={}", page.lang());
            Shown::text(page.text(key)).leading_to(href)
        };
        content = content.saying(page.text("page-named-questions.files"));
        links.extend([
            file("microdata-xlsx", "xlsx?"),
            file("microdata-csv-comma", "csv?separator=comma&"),
            file("microdata-csv-semicolon", "csv?separator=semicolon&"),
        ]);
    }
    content.with_links(links).show()
}

/// An answer in words; that of a matrix row by row.
fn spoken(page: &Page, tongue: &Tongue, question: &Question, named: &NamedAnswer) -> String {
    let line = |value: Option<&Value>| words(page, &Spoken::of(tongue, question, value));
    let AnswerType::Matrix { rows, .. } = &question.answer else { return line(Some(&named.answer)) };
    let given = rows.iter().filter_map(|row| Some((row, named.answer.get(row.code.as_str())?)));
    let told = given.map(|(row, value)| {
        let parts = [("option", tongue.said_or(&row.label, &row.code).text), ("figure", line(Some(value)))];
        page.text_with("results-option", &parts)
    });
    told.collect::<Vec<_>>().join("; ")
}

/// A value in words.
pub(super) fn words(page: &Page, spoken: &Spoken) -> String {
    if let Some((name, size)) = &spoken.file {
        return format!("{name} ({})", page.say("answer-file-size", "size", size));
    }
    if spoken.is_tick {
        return page.text("answer-ticked");
    }
    if spoken.is_none() {
        return page.text("answer-none");
    }
    let words = spoken.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(", ");
    if spoken.unit.is_empty() { words } else { format!("{words} {}", spoken.unit.text) }
}
