//! Answers: which are right, which questions are asked, and what is missing.
//!
//! [`Question::judge`] looks at one answer alone and brings it to the one form in which it is kept. [`Answers`] looks
//! at all of them, once and in the order of the questionnaire. Rules know the right answers of asked questions only. An
//! answer under a rule that does not hold counts as none, and is back when the rule holds again.
//!
//! Left out: who answered when, and the storage of answers and files.

mod judge;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;

pub(crate) use judge::{MOST_CHARACTERS, MOST_INTEGER};
pub use judge::{ValueFault, ValueFaultCode};

use crate::check::ACKNOWLEDGED;
use crate::expression::{Expression, Held};
use crate::model::{AnswerType, Item, Question, Questionnaire, Section};

/// An asked question, or one row of an asked matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Asked<'q> {
    /// The code of its section.
    pub section: &'q str,
    /// Its code.
    pub question: &'q str,
    /// The code of the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<&'q str>,
    /// Whether an answer is due.
    pub is_required: bool,
}

/// A due answer that is not there, or is not right.
pub type Missing<'q> = Asked<'q>;

/// All answers of one administration, seen through the rules of the questionnaire.
#[derive(Clone, Debug)]
pub struct Answers<'q> {
    /// Codes of the sections, groups, notes and questions that are shown.
    shown: HashSet<&'q str>,
    asked: Vec<Asked<'q>>,
    missing: Vec<Missing<'q>>,
    invalid: Vec<(Asked<'q>, ValueFault)>,
    unmet: Vec<Asked<'q>>,
    unknown: Vec<(String, Option<String>)>,
    right: BTreeMap<&'q str, Answer<'q>>,
    /// What rules know.
    held: HashMap<&'q str, Held>,
}

/// A right answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Answer<'q> {
    One(Value),
    Rows(BTreeMap<&'q str, Value>),
}

/// Stored values by question and row; the row of a question without rows is empty.
type Stored<'s> = HashMap<&'s str, HashMap<&'s str, &'s Value>>;

impl<'q> Answers<'q> {
    /// Looks at stored answers: question, row of a matrix, value.
    pub fn new<'s>(
        questionnaire: &'q Questionnaire,
        stored: impl IntoIterator<Item = (&'s str, Option<&'s str>, &'s Value)>,
    ) -> Self {
        let mut by_question: Stored<'s> = HashMap::new();
        for (question, row, value) in stored {
            by_question.entry(question).or_default().insert(row.unwrap_or_default(), value);
        }
        let mut answers = Self {
            shown: HashSet::new(),
            asked: Vec::new(),
            missing: Vec::new(),
            invalid: Vec::new(),
            unmet: Vec::new(),
            unknown: Vec::new(),
            right: BTreeMap::new(),
            held: HashMap::new(),
        };
        for section in &questionnaire.sections {
            let is_shown = answers.shows(&section.code, section.show_if.as_ref(), true);
            answers.items(section, &section.items, is_shown, &mut by_question);
        }
        for (question, rows) in by_question {
            let row = |row: &str| Some(row.to_owned()).filter(|row| !row.is_empty());
            answers.unknown.extend(rows.into_keys().map(|found| (question.to_owned(), row(found))));
        }
        answers.unknown.sort();
        answers
    }

    /// Whether a section, group, note or question is shown.
    pub fn is_shown(&self, code: &str) -> bool {
        self.shown.contains(code)
    }

    /// All asked questions, a matrix row by row.
    pub fn asked(&self) -> &[Asked<'q>] {
        &self.asked
    }

    /// What is required and asked, and has no right answer.
    pub fn missing(&self) -> &[Missing<'q>] {
        &self.missing
    }

    /// The answers of asked questions that are not right: kept as a draft, and never submitted.
    pub fn invalid(&self) -> &[(Asked<'q>, ValueFault)] {
        &self.invalid
    }

    /// The right answers whose constraint does not hold.
    pub fn unmet(&self) -> &[Asked<'q>] {
        &self.unmet
    }

    /// Stored answers (question, row) that the questionnaire does not have.
    pub fn unknown(&self) -> &[(String, Option<String>)] {
        &self.unknown
    }

    /// Whether nothing hinders the submission.
    pub fn are_complete(&self) -> bool {
        self.missing.is_empty() && self.invalid.is_empty() && self.unmet.is_empty()
    }

    /// The right answer of an asked question or row.
    pub fn right(&self, question: &str, row: Option<&str>) -> Option<&Value> {
        match (self.right.get(question)?, row) {
            (Answer::One(value), None) => Some(value),
            (Answer::Rows(rows), Some(row)) => rows.get(row),
            _ => None,
        }
    }

    /// The right answers of asked questions by code, those of a matrix by row; keys in order, no floating point.
    pub fn snapshot(&self) -> Value {
        let value = |answer: &Answer<'q>| match answer {
            Answer::One(value) => value.clone(),
            Answer::Rows(rows) => rows.iter().map(|(row, value)| ((*row).to_owned(), value.clone())).collect(),
        };
        self.right.iter().map(|(code, answer)| ((*code).to_owned(), value(answer))).collect()
    }

    /// Whether a part is shown; rules of earlier questions alone count, as these are known by now.
    fn shows(&mut self, code: &'q str, rule: Option<&Expression>, is_shown_above: bool) -> bool {
        let is_shown = is_shown_above && rule.is_none_or(|rule| rule.holds(&self.held, &Held::nothing()));
        if is_shown {
            self.shown.insert(code);
        }
        is_shown
    }

    fn items(&mut self, section: &'q Section, items: &'q [Item], is_shown: bool, stored: &mut Stored<'_>) {
        for item in items {
            match item {
                Item::Note(note) => {
                    self.shows(&note.code, note.show_if.as_ref(), is_shown);
                }
                Item::Group(group) => {
                    let is_group_shown = self.shows(&group.code, group.show_if.as_ref(), is_shown);
                    self.items(section, &group.items, is_group_shown, stored);
                }
                Item::Question(question) => {
                    let is_asked = self.shows(&question.code, question.show_if.as_ref(), is_shown);
                    self.question(section, question, is_asked, stored);
                }
            }
        }
    }

    fn question(&mut self, section: &'q Section, question: &'q Question, is_asked: bool, stored: &mut Stored<'_>) {
        let (rows, answer) = match &question.answer {
            AnswerType::Matrix { rows, cell } => (rows.iter().map(|row| Some(row.code.as_str())).collect(), &**cell),
            answer => (vec![None], answer),
        };
        // The rows of a matrix do not know each other: none is earlier.
        let mut held = Vec::new();
        for row in rows {
            let of_question = stored.get_mut(question.code.as_str());
            let value = of_question.and_then(|rows| rows.remove(row.unwrap_or_default()));
            if !is_asked {
                continue;
            }
            let (section, code) = (section.code.as_str(), question.code.as_str());
            let asked = Asked { section, question: code, row, is_required: question.required };
            self.asked.push(asked);
            let right = match value.map(|value| answer.judge(value)) {
                Some(Ok(right)) => Some(right),
                None | Some(Err(ValueFault { code: ValueFaultCode::Empty, .. })) => None,
                Some(Err(fault)) => {
                    self.invalid.push((asked, fault));
                    None
                }
            };
            let Some(right) = right else {
                self.missing.extend(question.required.then_some(asked));
                continue;
            };
            let own = held_of(answer, &right);
            if question.constraint.as_ref().is_some_and(|constraint| !constraint.rule.holds(&self.held, &own)) {
                self.unmet.push(asked);
            }
            held.push((row.unwrap_or(code), own));
            self.keep(code, row, right);
        }
        self.held.extend(held);
    }

    fn keep(&mut self, question: &'q str, row: Option<&'q str>, right: Value) {
        match row {
            None => {
                self.right.insert(question, Answer::One(right));
            }
            Some(row) => {
                let rows = self.right.entry(question).or_insert_with(|| Answer::Rows(BTreeMap::new()));
                if let Answer::Rows(rows) = rows {
                    rows.insert(row, right);
                }
            }
        }
    }
}

/// What rules know of a right answer.
fn held_of(answer: &AnswerType, right: &Value) -> Held {
    match (answer, right) {
        (AnswerType::Acknowledgement {}, _) => Held::Text(ACKNOWLEDGED.to_owned()),
        (AnswerType::File {}, file) => {
            Held::Text(file.get("sha256").and_then(Value::as_str).unwrap_or_default().to_owned())
        }
        (AnswerType::Decimal { .. } | AnswerType::Range { .. }, Value::String(number)) => {
            number.parse().map_or_else(|_| Held::nothing(), Held::Number)
        }
        (_, Value::String(text)) => Held::Text(text.clone()),
        (_, Value::Number(number)) => number.to_string().parse().map_or_else(|_| Held::nothing(), Held::Number),
        (_, Value::Array(codes)) => {
            Held::Codes(codes.iter().filter_map(|code| code.as_str().map(str::to_owned)).collect())
        }
        _ => Held::nothing(),
    }
}
