//! Answers and people in the language of a page.

use std::collections::HashMap;

use questionnaire::{AnswerType, Question, Questionnaire};

use super::super::{AnswerConflict, Assignment, Present, ResponseSheet};
use super::hub_address;
use crate::db::Id;
use crate::question_forms::{Conflicting, Said, ShownAnswer, Spoken, Tongue};
use crate::web::{Page, Shown};

/// The language in which a reader gets a questionnaire. Whoever reads pages in a language without texts of the portal gets
/// the questionnaire in it all the same, if it has it.
pub(super) fn tongue(page: &Page, questionnaire: &Questionnaire) -> Tongue {
    let own = page.own_language();
    Tongue::new(questionnaire, own.map_or(page.lang(), |own| own.as_str()), page.lang())
}

/// The answers of a sheet as forms show them.
pub(super) fn shown_answers(sheet: &ResponseSheet) -> Vec<ShownAnswer> {
    let shown = |answer: &super::super::SheetAnswer| ShownAnswer {
        question: answer.question.clone(),
        row: answer.row.clone(),
        value: answer.value.clone(),
        revision: answer.revision.into(),
    };
    sheet.answers.iter().map(shown).collect()
}

/// The questions of a questionnaire by their codes.
pub(super) fn questions(questionnaire: &Questionnaire) -> HashMap<&str, &Question> {
    questionnaire.questions().map(|(_, question)| (question.code.as_str(), question)).collect()
}

/// What is asked: the text of a question, and of a row of it.
pub(super) fn asked(tongue: &Tongue, question: &Question, row: Option<&str>) -> String {
    let label = tongue.said_or(&question.label, &question.code).text;
    let row = row.and_then(|row| row_label(tongue, question, row));
    row.map_or(label.clone(), |row| format!("{label} – {}", row.text))
}

/// The text of a row.
pub(super) fn row_label(tongue: &Tongue, question: &Question, row: &str) -> Option<Said> {
    let AnswerType::Matrix { rows, .. } = &question.answer else { return None };
    rows.iter().find(|known| known.code == row).map(|known| tongue.said_or(&known.label, &known.code))
}

/// The title of the questionnaire.
pub(super) fn survey_title(page: &Page, sheet: &ResponseSheet) -> String {
    tongue(page, &sheet.questionnaire).said_or(&sheet.questionnaire.title, &sheet.response.survey).text
}

/// The way from a page around a response back to it, named after the survey.
pub(super) fn way_to_response(page: &Page, sheet: &ResponseSheet) -> Shown {
    Shown::name(survey_title(page, sheet)).leading_to(hub_address(sheet.response.round))
}

/// The title of a section.
pub(super) fn section_title(tongue: &Tongue, questionnaire: &Questionnaire, code: &str) -> String {
    let found = questionnaire.sections.iter().find(|section| section.code == code);
    found.map_or_else(|| code.to_owned(), |section| tongue.said_or(&section.title, &section.code).text)
}

/// A value as one line.
pub(super) fn line(page: &Page, spoken: &Spoken) -> String {
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

/// Both values of a conflict.
pub(super) fn conflicting(tongue: &Tongue, question: &Question, conflict: &AnswerConflict) -> Conflicting {
    Conflicting {
        mine: Spoken::of(tongue, question, conflict.yours.as_ref()),
        theirs: Spoken::of(tongue, question, conflict.theirs.as_ref()),
        by: conflict.by.name.clone(),
        at: conflict.at,
        revision: conflict.revision.into(),
    }
}

/// Who else has a section open, in one sentence; empty where nobody has.
pub(super) fn who_is_there(page: &Page, present: &[Present], section: &str) -> String {
    let mut names: Vec<&str> =
        present.iter().filter(|one| one.section == section).map(|one| one.person.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { String::new() } else { page.say("response-present", "names", names.join(", ")) }
}

/// Who is asked to fill in a section, each with the day by which it is due.
pub(super) fn assigned(page: &Page, assignments: &[Assignment], section: &str) -> Vec<String> {
    let of_section = assignments.iter().filter(|one| one.section == section);
    let told = |one: &Assignment| match &one.due_on {
        Some(day) => {
            let key = if one.is_overdue { "response-assigned-overdue" } else { "response-assigned-due" };
            page.text_with(key, &[("name", one.person.name.clone()), ("day", day.clone())])
        }
        None => one.person.name.clone(),
    };
    of_section.map(told).collect()
}

/// Whether a person is asked to fill in a section.
pub(super) fn is_assigned(assignments: &[Assignment], section: &str, person: Id) -> bool {
    assignments.iter().any(|one| one.section == section && one.person.id == person)
}
