//! Which values the answers of a response have had: who gave them, when, and by which means.

use super::super::{AnswerHistoryEntry, HistoryQuery, ResponseSheet};
use super::words::{asked, line, questions, tongue, way_to_response};
use super::{ResponseDesk, address, hub_address, sheet};
use crate::error::Error;
use crate::http::Query;
use crate::question_forms::Spoken;
use crate::web::{ListPage, Page, PageResult, Shown, Table};

/// The history of all answers, or of those to one question; the newest first.
pub(super) async fn show(desk: ResponseDesk, query: Query<HistoryQuery>) -> PageResult {
    let (page, id, Query(query)) = (&desk.page, desk.place, query);
    let sheet = sheet(&desk, id).await?;
    let wanted = query.question.clone();
    let history = desk.service.history(desk.person.0.clone(), id, query).await?;
    let (tongue, questions) = (tongue(page, &sheet.questionnaire), questions(&sheet.questionnaire));
    let table = table(page, &sheet, "page-answer-history", &history.data);
    let of_question = wanted.as_ref().map(|code| format!("question={code}&")).unwrap_or_default();
    let own = address(id, "history");
    let title = match &wanted {
        Some(code) => {
            let question = questions.get(code.as_str()).ok_or_else(Error::not_found)?;
            page.say("page-answer-history-of", "question", asked(&tongue, question, None))
        }
        None => page.text("page-answer-history"),
    };
    let earlier = history.next.map(|before| {
        Shown::text(page.text("link-answer-earlier")).leading_to(format!("{own}?{of_question}before={before}"))
    });
    let back = Shown::text(page.text("link-back-to-response")).leading_to(hub_address(sheet.response.round));
    ListPage::new(page, title, table)
        .below(way_to_response(page, &sheet))
        .with_links(earlier.into_iter().chain([back]).collect())
        .show()
}

/// Entries of a history as a table with the texts of `key`.
pub(super) fn table(page: &Page, sheet: &ResponseSheet, key: &str, entries: &[AnswerHistoryEntry]) -> Table {
    let (tongue, questions) = (tongue(page, &sheet.questionnaire), questions(&sheet.questionnaire));
    let mut table = Table::new(page, key, &["question", "answer-given", "given-by", "given-at", "means"]);
    for entry in entries {
        let Some(question) = questions.get(entry.question.as_str()) else { continue };
        table.push(vec![
            Shown::text(asked(&tongue, question, entry.row.as_deref())),
            Shown::name(line(page, &Spoken::of(&tongue, question, entry.value.as_ref()))),
            Shown::name(&entry.by.name),
            Shown::moment(page, entry.at),
            Shown::text(page.words("means", entry.means.as_str())),
        ]);
    }
    table
}
