//! The shape of a questionnaire.
//!
//! As JSON it is strict: a field that is not known is refused, so that nothing is lost unseen. Rules are written as
//! text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::expression::Expression;

/// The name of a section, question, row or option: a letter, then letters, digits, `_`, `-` and `.`, of ASCII alone and
/// at most 64 characters. Options can begin with a digit.
pub type Code = String;

/// A text by language.
pub type Texts = BTreeMap<String, String>;

/// A questionnaire in all its languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// The languages that every text has, the default one first, as BCP 47 has them.
    pub languages: Vec<String>,
    /// Its title.
    pub title: Texts,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

/// A section: a page of the questionnaire, and what a colleague can be asked to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its code.
    pub code: Code,
    /// Its title.
    pub title: Texts,
    /// When it is asked; always without a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expression>,
    /// What is in it, in order.
    pub items: Vec<Item>,
}

/// A part of a section.
#[expect(clippy::large_enum_variant, reason = "nearly all items are questions")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A text to read.
    Note(Note),
    /// A question.
    Question(Question),
    /// Questions under a heading.
    Group(Group),
}

/// A text to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its code.
    pub code: Code,
    /// The text.
    pub text: Texts,
    /// When it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expression>,
}

/// Questions under a heading. Groups have no groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its code.
    pub code: Code,
    /// The heading.
    pub title: Texts,
    /// When its questions are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expression>,
    /// Its notes and questions.
    pub items: Vec<Item>,
}

/// Who may see an answer beside the administration that gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Nobody: it is counted alone.
    #[default]
    Aggregate,
    /// The members, if the administration agrees.
    Community,
    /// The Secretariat.
    Secretariat,
}

impl Sensitivity {
    /// Its name, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aggregate => "aggregate",
            Self::Community => "community",
            Self::Secretariat => "secretariat",
        }
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code.
    pub code: Code,
    /// What is asked.
    pub label: Texts,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub hint: Texts,
    /// Whether an answer is due where it is asked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// When it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expression>,
    /// What answers must hold; `.` is the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
    /// What it is about, the same in all versions and in the surveys of members and partners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concept: Option<Code>,
    /// Who may see its answers.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// What is answered.
    pub answer: AnswerType,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What an answer must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// The rule.
    pub rule: Expression,
    /// What is said where it does not hold.
    pub message: Texts,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerType {
    /// One of the options.
    Single {
        /// The options.
        options: Vec<Choice>,
    },
    /// Any of the options.
    Multiple {
        /// The options.
        options: Vec<Choice>,
    },
    /// One of the options, which are in order from the lowest to the highest.
    Scale {
        /// The options.
        options: Vec<Choice>,
    },
    /// The same for each row.
    Matrix {
        /// The rows.
        rows: Vec<MatrixRow>,
        /// What is answered for each of them; no matrix.
        cell: Box<AnswerType>,
    },
    /// A whole number.
    Integer {
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<i64>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<i64>,
        /// What it counts.
        #[serde(default, skip_serializing_if = "Texts::is_empty")]
        unit: Texts,
    },
    /// A number with a fraction.
    Decimal {
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Decimal>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Decimal>,
        /// What it measures.
        #[serde(default, skip_serializing_if = "Texts::is_empty")]
        unit: Texts,
    },
    /// A number from a range, in steps.
    Range {
        /// The first number.
        start: Decimal,
        /// The last one.
        end: Decimal,
        /// From one to the next.
        step: Decimal,
    },
    /// A text.
    Text {
        /// The most characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most_characters: Option<u32>,
        /// Whether it has several lines.
        #[serde(default, skip_serializing_if = "is_false")]
        is_long: bool,
    },
    /// A day.
    Date {},
    /// A file.
    File {},
    /// That something was read or agreed to.
    Acknowledgement {},
}

/// An option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its code, which is what answers hold.
    pub code: Code,
    /// How it is shown.
    pub label: Texts,
    /// Whether it goes with no other ("none of these").
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_exclusive: bool,
}

/// A row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Its code; no question has it.
    pub code: Code,
    /// How it is shown.
    pub label: Texts,
}

impl AnswerType {
    /// The options to choose from; none where the answer is no choice. Those of a matrix are those of its cells.
    pub fn options(&self) -> Option<&[Choice]> {
        match self {
            Self::Single { options } | Self::Multiple { options } | Self::Scale { options } => Some(options),
            Self::Matrix { cell, .. } => cell.options(),
            _ => None,
        }
    }

    /// Whether several options can be chosen.
    pub fn is_multiple(&self) -> bool {
        matches!(self, Self::Multiple { .. })
    }
}

impl Questionnaire {
    /// All questions with their sections, in order.
    pub fn questions(&self) -> impl Iterator<Item = (&Section, &Question)> {
        self.sections
            .iter()
            .flat_map(|section| questions_of(&section.items).into_iter().map(move |found| (section, found)))
    }
}

fn questions_of(items: &[Item]) -> Vec<&Question> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Question(question) => found.push(question),
            Item::Group(group) => found.extend(questions_of(&group.items)),
            Item::Note(_) => {}
        }
    }
    found
}
