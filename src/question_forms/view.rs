//! The view of a section: blocks of notes and fields, as `templates/surveys/fields.html` writes them.

use std::collections::HashMap;

use questionnaire::{Answers, Expression, Item, Question, Questionnaire, Section};
use serde_json::Value;

use super::fields::Maker;
use super::{Said, Spoken, Tongue};
use crate::time::Timestamp;

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

/// A sentence of the portal: its key, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The key of the text.
    pub key: String,
    /// Its values.
    pub args: Vec<(&'static str, String)>,
}

impl Told {
    /// The sentence of this key.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// What is wrong with an answer that is kept all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// A sentence of the portal.
    Told(Told),
    /// A sentence of the questionnaire.
    Said(Said),
}

impl AnswerFault {
    /// The sentence of the portal.
    #[must_use]
    pub fn told(&self) -> Option<&Told> {
        match self {
            Self::Told(told) => Some(told),
            Self::Said(_) => None,
        }
    }

    /// The sentence of the questionnaire.
    #[must_use]
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::Said(said) => Some(said),
            Self::Told(_) => None,
        }
    }
}

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// Its code.
    pub code: String,
    /// How it is called.
    pub label: Said,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Whether it goes with no other one.
    pub is_exclusive: bool,
}

/// Another value of a field, which a colleague has stored while the reader wrote theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicting {
    /// The reader's value.
    pub mine: Spoken,
    /// The colleague's value.
    pub theirs: Spoken,
    /// The colleague.
    pub by: String,
    /// When it was stored.
    pub at: Timestamp,
    /// Its revision.
    pub revision: i64,
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Control {
    #[default]
    Line,
    Area,
    Date,
    Radios,
    Checkboxes,
    Tick,
    File,
}

/// The field of a question, or of a row of a matrix.
#[derive(Clone, Debug, Default)]
pub struct FieldView {
    /// Its name, and its anchor.
    pub name: String,
    /// The code of the question.
    pub question: String,
    /// The code of the row.
    pub row: Option<String>,
    /// What is asked.
    pub label: Said,
    /// What helps to answer.
    pub hint: Said,
    /// Whether an answer is due.
    pub is_required: bool,
    pub(super) control: Control,
    /// The options of a choice.
    pub options: Vec<OptionView>,
    /// The text of a line, an area or a day.
    pub value: String,
    /// Chosen options that there are no more.
    pub stray: Vec<String>,
    /// What a number counts.
    pub unit: Said,
    /// The keys that a telephone offers.
    pub input_mode: &'static str,
    /// The bounds of a number or a text.
    pub limits: Option<Told>,
    /// The file that was handed in: name and size.
    pub file: Option<(String, String)>,
    /// What the page knows of the answer ([`super::Known`]).
    pub known: String,
    /// What is wrong with the answer.
    pub fault: Option<AnswerFault>,
    /// Where a value comes from that waits to be confirmed.
    pub prefilled: Option<Told>,
    /// An earlier answer that could not be taken over.
    pub earlier: Option<Told>,
    /// What a colleague has stored meanwhile.
    pub conflict: Option<Conflicting>,
    /// Links beside the field, as to its history: address and text.
    pub links: Vec<(String, String)>,
}

impl FieldView {
    /// Whether it is a line.
    #[must_use]
    pub fn is_line(&self) -> bool {
        self.control == Control::Line
    }

    /// Whether it is an area of several lines.
    #[must_use]
    pub fn is_area(&self) -> bool {
        self.control == Control::Area
    }

    /// Whether it is a day.
    #[must_use]
    pub fn is_date(&self) -> bool {
        self.control == Control::Date
    }

    /// Whether one of its options is chosen.
    #[must_use]
    pub fn is_radios(&self) -> bool {
        self.control == Control::Radios
    }

    /// Whether any of its options are chosen.
    #[must_use]
    pub fn is_checkboxes(&self) -> bool {
        self.control == Control::Checkboxes
    }

    /// Whether it is one box.
    #[must_use]
    pub fn is_tick(&self) -> bool {
        self.control == Control::Tick
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.control == Control::File
    }

    /// Whether it has one control, whose label is that of the question.
    #[must_use]
    pub fn is_single_control(&self) -> bool {
        matches!(self.control, Control::Line | Control::Area | Control::Date)
    }

    /// Whether none of its options is chosen.
    #[must_use]
    pub fn has_no_choice(&self) -> bool {
        self.stray.is_empty() && !self.options.iter().any(|option| option.is_chosen)
    }

    /// The ids of what describes it. The place of a fault is always there: a script may fill it.
    #[must_use]
    pub fn described_by(&self) -> String {
        let has_hint = !self.hint.is_empty() || self.limits.is_some();
        let parts = [(has_hint, "hint"), (self.prefilled.is_some(), "prefilled"), (true, "fault")];
        let ids = parts.iter().filter(|(is_there, _)| *is_there).map(|(_, part)| format!("{}-{part}", self.name));
        ids.collect::<Vec<_>>().join(" ")
    }
}

/// A matrix: the same choice for each row.
#[derive(Clone, Debug)]
pub struct MatrixView {
    /// Its anchor.
    pub name: String,
    /// What is asked.
    pub label: Said,
    /// What helps to answer.
    pub hint: Said,
    /// Whether answers are due.
    pub is_required: bool,
    /// Whether one of the options is chosen in each row, or any of them.
    pub is_radios: bool,
    /// The heads of the columns; none where rows are no choices.
    pub columns: Vec<Said>,
    /// Links below it.
    pub links: Vec<(String, String)>,
    /// The rows, as many at a time as stand below one row of heads.
    pub bands: Vec<Vec<FieldView>>,
}

/// Most columns that stand beside each other.
const MOST_COLUMNS: usize = 10;

impl MatrixView {
    /// The class of a grid with so many columns; empty where the rows are better stacked.
    #[must_use]
    pub fn grid(&self) -> String {
        let columns = self.columns.len() + usize::from(self.is_radios);
        if self.columns.is_empty() || columns > MOST_COLUMNS { String::new() } else { format!("grid of-{columns}") }
    }
}

#[expect(clippy::large_enum_variant, reason = "nearly all contents are fields")]
#[derive(Clone, Debug)]
pub(super) enum Content {
    Note(Said),
    Field(FieldView),
    Matrix(MatrixView),
}

/// A note, a question or a matrix.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its code.
    pub code: String,
    /// Whether it is shown by a rule, its own or that of its group.
    pub is_ruled: bool,
    /// Whether it is shown now.
    pub is_shown: bool,
    pub(super) content: Content,
}

impl Part {
    /// The text of a note.
    #[must_use]
    pub fn note(&self) -> Option<&Said> {
        match &self.content {
            Content::Note(text) => Some(text),
            _ => None,
        }
    }

    /// The field of a question.
    #[must_use]
    pub fn field(&self) -> Option<&FieldView> {
        match &self.content {
            Content::Field(field) => Some(field),
            _ => None,
        }
    }

    /// A matrix.
    #[must_use]
    pub fn matrix(&self) -> Option<&MatrixView> {
        match &self.content {
            Content::Matrix(matrix) => Some(matrix),
            _ => None,
        }
    }

    /// Its fields to which a colleague has given another value.
    #[must_use]
    pub fn conflicts(&self) -> Vec<&FieldView> {
        let fields: Vec<&FieldView> = match &self.content {
            Content::Note(_) => Vec::new(),
            Content::Field(field) => vec![field],
            Content::Matrix(matrix) => matrix.bands.iter().flatten().collect(),
        };
        fields.into_iter().filter(|field| field.conflict.is_some()).collect()
    }

    /// Puts links below it: address and text. A note has none.
    pub fn set_links(&mut self, links: Vec<(String, String)>) {
        match &mut self.content {
            Content::Note(_) => {}
            Content::Field(field) => field.links = links,
            Content::Matrix(matrix) => matrix.links = links,
        }
    }

    /// Its fields.
    pub fn fields_mut(&mut self) -> Vec<&mut FieldView> {
        match &mut self.content {
            Content::Note(_) => Vec::new(),
            Content::Field(field) => vec![field],
            Content::Matrix(matrix) => matrix.bands.iter_mut().flatten().collect(),
        }
    }
}

/// Parts under a heading, or without one.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The code of the group; empty for what is in none.
    pub code: String,
    /// The heading.
    pub heading: Said,
    /// Whether it is shown by a rule of its own.
    pub is_ruled: bool,
    /// Whether it is shown now.
    pub is_shown: bool,
    /// What is in it.
    pub parts: Vec<Part>,
}

/// A section as a form.
#[derive(Clone, Debug)]
pub struct SectionForm {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: Said,
    /// The language in which its fields show numbers.
    pub language: String,
    /// Whether it is asked at all.
    pub is_shown: bool,
    /// What is in it.
    pub blocks: Vec<Block>,
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
        let known = given.iter().map(|answer| ((answer.question.as_str(), answer.row.as_deref()), answer)).collect();
        let maker = Maker { tongue, answers: &answers, known };
        Some(Self {
            code: section.code.clone(),
            title: tongue.said_or(&section.title, &section.code),
            language: tongue.language().to_owned(),
            is_shown: answers.is_shown(&section.code),
            blocks: blocks(section, &maker),
        })
    }

    /// All its fields.
    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut FieldView> {
        self.blocks.iter_mut().flat_map(|block| &mut block.parts).flat_map(Part::fields_mut)
    }
}

/// Known answers by question and row.
pub(super) type KnownAnswers<'a> = HashMap<(&'a str, Option<&'a str>), &'a ShownAnswer>;

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
