//! A section of a questionnaire as lines: what is asked, when, how it is answered, who sees the answers; and the faults
//! of a draft at the line that they are about.

use std::collections::BTreeMap;

use questionnaire::{AnswerType, Choice, Expression, Group, Item, MatrixRow, Note, Question, Section, Sensitivity};

use super::places::anchor;
use super::{Said, places};
use crate::web::{Facts, Page, Shown};

/// A note, a question, or a group before its questions.
pub(super) struct Line {
    pub(super) anchor: String,
    /// Whether it is in a group.
    pub(super) is_inner: bool,
    pub(super) text: Said,
    pub(super) hint: Said,
    pub(super) facts: Facts,
    /// Codes and rules, for specialists.
    pub(super) technical: Facts,
    pub(super) rows: Vec<Coded>,
    pub(super) options: Vec<Coded>,
    pub(super) faults: Vec<String>,
}

/// An option or a row, with its code.
pub(super) struct Coded {
    pub(super) text: Said,
    pub(super) code: String,
}

/// Faults by the section and the line that they are about.
pub(super) type FaultsByLine = BTreeMap<(usize, Option<String>), Vec<String>>;

/// Puts faults, each with its pointer, to the lines of the outline.
pub(super) fn by_line<'f>(faults: impl Iterator<Item = (&'f str, String)>) -> FaultsByLine {
    let mut lines = FaultsByLine::new();
    for (pointer, told) in faults {
        if let Some(line) = places::line(pointer) {
            lines.entry(line).or_default().push(told);
        }
    }
    lines
}

/// Writes the lines of a section in a language.
pub(super) struct Outline<'a> {
    pub(super) page: &'a Page,
    /// The language of the texts.
    pub(super) language: &'a str,
    /// The number of the section, from 1.
    pub(super) number: usize,
    pub(super) faults: &'a FaultsByLine,
}

impl Outline<'_> {
    /// The lines of a section.
    pub(super) fn lines(&self, section: &Section) -> Vec<Line> {
        let mut lines = Vec::new();
        for (index, item) in section.items.iter().enumerate() {
            lines.push(self.line(&[index], item));
            if let Item::Group(Group { items, .. }) = item {
                lines.extend(items.iter().enumerate().map(|(inner, item)| self.line(&[index, inner], item)));
            }
        }
        lines
    }

    fn line(&self, numbers: &[usize], item: &Item) -> Line {
        let anchor = anchor(numbers);
        let line = match item {
            Item::Note(Note { code, text, show_if }) => {
                self.head("outline-note", self.said(text), code, show_if.as_ref())
            }
            Item::Group(Group { code, title, show_if, .. }) => {
                self.head("outline-group", self.said(title), code, show_if.as_ref())
            }
            Item::Question(question) => self.question(question),
        };
        let faults = self.faults.get(&(self.number, Some(anchor.clone()))).cloned().unwrap_or_default();
        // A draft may lack the text.
        let text = if line.text.text.trim().is_empty() { Said { text: code_of(item), ..line.text } } else { line.text };
        Line { is_inner: numbers.len() > 1, anchor, faults, text, ..line }
    }

    /// A line that asks nothing: what kind it is, its code, and when it is shown.
    fn head(&self, kind: &str, text: Said, code: &str, show_if: Option<&Expression>) -> Line {
        let facts = Facts::default().with(self.page.text("th-kind"), Shown::text(self.page.text(kind)));
        plain(text, facts, self.technical(code, show_if))
    }

    /// The code of a line, and when it is shown.
    pub(super) fn technical(&self, code: &str, show_if: Option<&Expression>) -> Facts {
        Facts::default()
            .with(self.page.text("th-question-code"), Shown::code(code))
            .with_some(self.page.text("th-show-if"), show_if.map(Shown::code))
    }

    fn question(&self, question: &Question) -> Line {
        let page = self.page;
        let answer = &question.answer;
        let of_cell = match answer {
            AnswerType::Matrix { cell, .. } => format!(" ({})", page.text(kind(cell))),
            _ => String::new(),
        };
        let required = question.required.then(|| Shown::text(page.text("outline-required")));
        let facts = Facts::default()
            .with(page.text("th-kind"), Shown::text(format!("{}{of_cell}", page.text(kind(answer)))))
            .with(page.text("th-bounds"), Shown::text(self.bounds(answer)))
            .with_some(page.text("th-required"), required)
            .with(page.text("th-sensitivity"), Shown::text(page.text(seen_by(question.sensitivity))));
        let technical = self
            .technical(&question.code, question.show_if.as_ref())
            .with_some(page.text("th-constraint"), question.constraint.as_ref().map(|held| Shown::code(&held.rule)))
            .with_some(page.text("th-concept"), question.concept.as_ref().map(Shown::code));
        let rows: &[MatrixRow] = if let AnswerType::Matrix { rows, .. } = answer { rows } else { &[] };
        let row = |row: &MatrixRow| Coded { text: self.said(&row.label), code: row.code.clone() };
        let option = |option: &Choice| Coded { text: self.said(&option.label), code: option.code.clone() };
        Line {
            hint: self.said(&question.hint),
            rows: rows.iter().map(row).collect(),
            options: answer.options().unwrap_or_default().iter().map(option).collect(),
            ..plain(self.said(&question.label), facts, technical)
        }
    }

    /// The bounds of an answer, with its unit.
    fn bounds(&self, answer: &AnswerType) -> String {
        let between = |least: Option<String>, most: Option<String>, unit| {
            let bounds = match (least, most) {
                (None, None) => String::new(),
                (Some(least), None) => self.page.say("outline-least", "least", least),
                (None, Some(most)) => self.page.say("outline-most", "most", most),
                (Some(least), Some(most)) => format!("{least}–{most}"),
            };
            format!("{bounds} {}", self.said(unit).text).trim().to_owned()
        };
        match answer {
            AnswerType::Integer { least, most, unit } => {
                between(least.map(|least| least.to_string()), most.map(|most| most.to_string()), unit)
            }
            AnswerType::Decimal { least, most, unit } => {
                between(least.as_ref().map(ToString::to_string), most.as_ref().map(ToString::to_string), unit)
            }
            AnswerType::Range { start, end, step } => format!("{start}–{end} ({step})"),
            AnswerType::Text { most_characters, .. } => {
                most_characters.map(|most| self.page.say("outline-characters", "most", most)).unwrap_or_default()
            }
            AnswerType::Matrix { cell, .. } => self.bounds(cell),
            _ => String::new(),
        }
    }

    fn said(&self, texts: &questionnaire::Texts) -> Said {
        Said::of(texts, self.language)
    }
}

/// The code of an item; a dash where it has none.
fn code_of(item: &Item) -> String {
    let (Item::Note(Note { code, .. }) | Item::Group(Group { code, .. }) | Item::Question(Question { code, .. })) =
        item;
    if code.trim().is_empty() { "–".to_owned() } else { code.clone() }
}

/// The key of how a question is answered.
const fn kind(answer: &AnswerType) -> &'static str {
    match answer {
        AnswerType::Single { .. } => "answer-single",
        AnswerType::Multiple { .. } => "answer-multiple",
        AnswerType::Scale { .. } => "answer-scale",
        AnswerType::Matrix { .. } => "answer-matrix",
        AnswerType::Integer { .. } => "answer-integer",
        AnswerType::Decimal { .. } => "answer-decimal",
        AnswerType::Range { .. } => "answer-range",
        AnswerType::Text { is_long: false, .. } => "answer-text",
        AnswerType::Text { is_long: true, .. } => "answer-long-text",
        AnswerType::Date {} => "answer-date",
        AnswerType::File {} => "answer-file",
        AnswerType::Acknowledgement {} => "answer-acknowledgement",
    }
}

/// The key of who sees the answers.
const fn seen_by(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Aggregate => "sensitivity-aggregate",
        Sensitivity::Community => "sensitivity-community",
        Sensitivity::Secretariat => "sensitivity-secretariat",
    }
}

/// A line with its text and its facts alone.
fn plain(text: Said, facts: Facts, technical: Facts) -> Line {
    Line {
        anchor: String::new(),
        is_inner: false,
        text,
        hint: Said::default(),
        facts,
        technical,
        rows: Vec::new(),
        options: Vec::new(),
        faults: Vec::new(),
    }
}
