//! The field of a question: its control, what it shows, and what is said beside it.

use super::{Said, Spoken};
use crate::time::Timestamp;

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
