//! What the form of a section brings, and what becomes of it.
//!
//! Fields that their reader left alone are not written. Each of the others is stored, or comes back: with the value of a
//! colleague beside it, or with the reason why it cannot be stored. One never hinders another.

use std::collections::{HashMap, HashSet};

use actix_web::http::StatusCode;
use questionnaire::{Questionnaire, Section};

use super::super::{
    AnswerConflict, AnswerFault, EarlierAnswer, GivenAnswer, MAX_BATCH, Means, ResponseSheet, WrittenAnswers,
};
use super::AnswerDesk;
use super::words::{conflicting, line, questions, shown_answers, tongue};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::question_forms::{
    self, FieldView, PostedAnswer, PostedSection, Said, SectionForm, ShownAnswer, Spoken, Told, field_name,
};
use crate::web::Page;

/// A section of a response: the place of its page.
pub(super) type SectionPlace = (Id, String);

/// The section that an address names; one that there is not, or that its reader does not see, is not found.
pub(super) fn section<'q>(sheet: &'q ResponseSheet, code: &str) -> Result<&'q Section, Error> {
    let is_seen = sheet.sections.iter().any(|standing| standing.code == code);
    let found = sheet.questionnaire.sections.iter().find(|section| section.code == code);
    found.filter(|_| is_seen).ok_or_else(Error::not_found)
}

/// What a form brings.
///
/// # Errors
/// 400 where a part of it is lost.
pub(super) fn posted(section: &Section, fields: &[(String, String)]) -> Result<PostedSection, Error> {
    let lost = || Error::refused(StatusCode::BAD_REQUEST, ProblemCode::BrokenBody);
    PostedSection::read(section, fields).ok_or_else(lost)
}

/// Writes what was changed or confirmed.
///
/// # Errors
/// Those of the service; what was stored before stays.
pub(super) async fn write<P>(
    desk: &AnswerDesk<P>,
    response: Id,
    posted: &PostedSection,
) -> Result<WrittenAnswers, Error> {
    let given: Vec<GivenAnswer> = posted.written().map(given).collect();
    let mut all = WrittenAnswers::default();
    for batch in given.chunks(MAX_BATCH) {
        let (person, language) = (desk.person.0.clone(), desk.page.language());
        let write = desk.service.write(person, desk.trace(), response, batch.to_vec(), Means::Form, language);
        let written = Box::pin(write).await?;
        all.stored.extend(written.stored);
        all.conflicts.extend(written.conflicts);
        all.faults.extend(written.faults);
        all.approval_cancelled |= written.approval_cancelled;
    }
    Ok(all)
}

fn given(answer: &PostedAnswer) -> GivenAnswer {
    GivenAnswer {
        question: answer.question.clone(),
        row: answer.row.clone(),
        value: answer.is_changed.then(|| answer.value.clone()),
        revision: i32::try_from(answer.known.revision).unwrap_or(i32::MAX),
    }
}

/// The form of a section with what is stored; none where the questionnaire has no such section.
pub(super) fn stored_form(page: &Page, sheet: &ResponseSheet, code: &str) -> Option<SectionForm> {
    let tongue = tongue(page, &sheet.questionnaire);
    let mut form = SectionForm::of(&sheet.questionnaire, code, &tongue, &shown_answers(sheet))?;
    mark_origins(page, sheet, &mut form);
    Some(form)
}

/// The form of a section in which what could not be stored is as it was typed: all that was changed, where nothing was
/// `written`.
pub(super) fn typed_form(
    page: &Page,
    sheet: &ResponseSheet,
    posted: &PostedSection,
    written: Option<&WrittenAnswers>,
) -> Option<SectionForm> {
    let tongue = tongue(page, &sheet.questionnaire);
    let rest = unstored(posted, written);
    let given = with_typed(shown_answers(sheet), &rest);
    let mut form = SectionForm::of(&sheet.questionnaire, &posted.section, &tongue, &given)?;
    mark_origins(page, sheet, &mut form);
    let questions = questions(&sheet.questionnaire);
    for part in form.blocks.iter_mut().flat_map(|block| &mut block.parts) {
        let mut has_rest = false;
        for field in part.fields_mut() {
            let Some(typed) = rest.get(field.name.as_str()) else { continue };
            has_rest = true;
            // The next write names the revision that this one knew, so that nothing of a colleague is overwritten.
            field.known = typed.known.to_string();
            let Some(written) = written else { continue };
            let conflict = conflict_of(&written.conflicts, &field.name);
            let about = conflict.zip(questions.get(field.question.as_str()));
            field.conflict = about.map(|(conflict, question)| conflicting(&tongue, question, conflict));
            if let Some(fault) = fault_of(&written.faults, &field.name) {
                let said = Said { text: fault.detail.clone(), lang: String::new() };
                field.fault = Some(question_forms::AnswerFault::Said(said));
            }
        }
        // What a colleague's answer hides meanwhile is shown as long as there is something typed in it.
        part.is_shown |= has_rest;
    }
    Some(form)
}

/// The fields that were changed and are not stored, by their names.
fn unstored<'p>(posted: &'p PostedSection, written: Option<&WrittenAnswers>) -> HashMap<&'p str, &'p PostedAnswer> {
    let is_stored = |answer: &&PostedAnswer| {
        let Some(written) = written else { return false };
        conflict_of(&written.conflicts, &answer.name).is_none() && fault_of(&written.faults, &answer.name).is_none()
    };
    let changed = posted.answers.iter().filter(|answer| answer.is_changed && !is_stored(answer));
    changed.map(|answer| (answer.name.as_str(), answer)).collect()
}

/// Stored answers, with what was typed in the place of some.
fn with_typed(mut shown: Vec<ShownAnswer>, rest: &HashMap<&str, &PostedAnswer>) -> Vec<ShownAnswer> {
    shown.retain(|answer| !rest.contains_key(field_name(&answer.question, answer.row.as_deref()).as_str()));
    shown.extend(rest.values().map(|typed| ShownAnswer {
        question: typed.question.clone(),
        row: typed.row.clone(),
        value: typed.value.clone(),
        revision: typed.known.revision,
    }));
    shown
}

/// The conflict about a field.
pub(super) fn conflict_of<'c>(conflicts: &'c [AnswerConflict], name: &str) -> Option<&'c AnswerConflict> {
    conflicts.iter().find(|conflict| field_name(&conflict.question, conflict.row.as_deref()) == name)
}

/// Why a field cannot be stored.
pub(super) fn fault_of<'f>(faults: &'f [AnswerFault], name: &str) -> Option<&'f AnswerFault> {
    faults.iter().find(|fault| field_name(&fault.question, fault.row.as_deref()) == name)
}

/// Says where values come from that wait to be confirmed, and which earlier answers could not be taken over; adds the
/// ways to comments, files and the history.
fn mark_origins(page: &Page, sheet: &ResponseSheet, form: &mut SectionForm) {
    let tongue = tongue(page, &sheet.questionnaire);
    let questions = questions(&sheet.questionnaire);
    let name = |question: &str, row: &Option<String>| field_name(question, row.as_deref());
    let waiting: HashSet<String> = sheet
        .answers
        .iter()
        .filter(|answer| !answer.is_confirmed && answer.value.is_some())
        .map(|answer| name(&answer.question, &answer.row))
        .collect();
    let at = sheet.earlier.as_ref().map(|earlier| earlier.submitted_at.to_string()).unwrap_or_default();
    let left: HashMap<String, &EarlierAnswer> = sheet
        .earlier
        .iter()
        .flat_map(|earlier| &earlier.answers)
        .filter(|earlier| !earlier.is_possible)
        .map(|earlier| (name(&earlier.question, &earlier.row), earlier))
        .collect();
    for part in form.blocks.iter_mut().flat_map(|block| &mut block.parts) {
        let is_file = part.field().is_some_and(FieldView::is_file);
        let links = links(page, sheet, &part.code, is_file);
        part.set_links(links);
        for field in part.fields_mut() {
            if waiting.contains(&field.name) {
                field.prefilled = Some(Told::new("answer-prefilled").with("at", &at));
            } else if let Some(earlier) = left.get(&field.name)
                && let Some(question) = questions.get(field.question.as_str())
            {
                let value = line(page, &Spoken::of(&tongue, question, Some(&earlier.value)));
                field.earlier = Some(Told::new("answer-earlier").with("at", &at).with("value", value));
            }
        }
    }
}

/// The ways from a question to what belongs to it.
fn links(page: &Page, sheet: &ResponseSheet, question: &str, is_file: bool) -> Vec<(String, String)> {
    let Some(id) = sheet.response.id else { return Vec::new() };
    let comments = sheet.comments.iter().filter(|comment| comment.question == question).count();
    let is_answered = sheet.answers.iter().any(|answer| answer.question == question);
    let of = |what: &str| super::address(id, &format!("{what}/{question}"));
    let mut links = Vec::new();
    if is_file {
        links.push((of("files"), page.text("link-answer-file")));
    }
    links.push((of("comments"), page.say("link-answer-comments", "count", comments)));
    if is_answered {
        links.push((super::address(id, &format!("history?question={question}")), page.text("link-answer-history")));
    }
    links
}

/// Whether questions of a section are asked now that were not asked before.
pub(super) fn asks_more(before: &ResponseSheet, after: &ResponseSheet, section: &Section) -> bool {
    codes(&after.questionnaire, &section.code).any(|code| after.shown.contains(code) && !before.shown.contains(code))
}

fn codes<'q>(questionnaire: &'q Questionnaire, section: &'q str) -> impl Iterator<Item = &'q str> {
    let of_section = questionnaire.questions().filter(move |(of, _)| of.code == section);
    of_section.map(|(_, question)| question.code.as_str())
}
