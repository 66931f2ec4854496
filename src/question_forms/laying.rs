//! A section is laid out: its notes and questions in their order, groups as blocks.

use questionnaire::{Answers, Expression, Item, Question, Questionnaire, Section};
use serde_json::Value;

use super::fields::Maker;
use super::view::Content;
use super::{Block, Part, SectionForm, Tongue};

/// An answer as a form shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownAnswer {
    /// The code of the question.
    pub question: String,
    /// The code of the row of a matrix.
    pub row: Option<String>,
    /// The value; none where it was emptied.
    pub value: Option<Value>,
    /// How often it was written.
    pub revision: i64,
}

impl SectionForm {
    /// The form of a section with these answers, which are all answers to the questionnaire; none where it has no such
    /// section.
    #[must_use]
    pub fn of(questionnaire: &Questionnaire, code: &str, tongue: &Tongue, given: &[ShownAnswer]) -> Option<Self> {
        let section = questionnaire.sections.iter().find(|section| section.code == code)?;
        let stored = given.iter().filter_map(|answer| {
            let value = answer.value.as_ref()?;
            Some((answer.question.as_str(), answer.row.as_deref(), value))
        });
        let answers = Answers::new(questionnaire, stored);
        let entry = given.iter().map(|answer| {
            ((answer.question.as_str(), answer.row.as_deref()), (answer.value.as_ref(), answer.revision))
        });
        let known = entry.collect();
        let maker = Maker { tongue, answers: &answers, known };
        Some(Self {
            code: section.code.clone(),
            title: tongue.said_or(&section.title, &section.code),
            language: tongue.language().to_owned(),
            is_shown: answers.is_shown(&section.code),
            blocks: blocks(section, &maker),
        })
    }
}

fn blocks(section: &Section, maker: &Maker<'_>) -> Vec<Block> {
    let mut found = Vec::new();
    let bare = || Block { is_shown: true, ..Block::default() };
    let mut open = bare();
    for item in &section.items {
        match item {
            Item::Group(group) => {
                found.push(std::mem::replace(&mut open, bare()));
                let mut block = Block {
                    code: group.code.clone(),
                    heading: maker.tongue.said_or(&group.title, &group.code),
                    is_ruled: group.show_if.is_some(),
                    is_shown: maker.answers.is_shown(&group.code),
                    parts: Vec::new(),
                };
                add_items(&group.items, maker, &mut block.parts);
                found.push(block);
            }
            other => add_items(std::slice::from_ref(other), maker, &mut open.parts),
        }
    }
    found.push(open);
    found.retain(|block| !block.parts.is_empty());
    found
}

/// Notes and questions in their order. A draft may have groups in groups: their questions are shown all the same.
fn add_items(items: &[Item], maker: &Maker<'_>, parts: &mut Vec<Part>) {
    let part = |code: &str, rule: Option<&Expression>, content| Part {
        code: code.to_owned(),
        is_ruled: rule.is_some(),
        is_shown: maker.answers.is_shown(code),
        content,
    };
    for item in items {
        match item {
            Item::Note(note) => {
                let text = maker.tongue.said_or(&note.text, &note.code);
                parts.push(part(&note.code, note.show_if.as_ref(), Content::Note(text)));
            }
            Item::Question(question) => {
                parts.push(part(&question.code, question.show_if.as_ref(), content(question, maker)));
            }
            Item::Group(group) => add_items(&group.items, maker, parts),
        }
    }
}

fn content(question: &Question, maker: &Maker<'_>) -> Content {
    maker.matrix(question).map_or_else(|| Content::Field(maker.field(question)), Content::Matrix)
}
