//! What the form of a section sends: the fields that its page showed, and the answers in them.

use std::collections::{HashMap, HashSet};

use questionnaire::{AnswerType, Item, Question, Section};
use serde_json::Value;

use super::known::{Known, parts_of};
use super::typed::read;

/// The field that says what the page knew of the answer in another field: `<field>=<revision>.<fingerprint>`.
const KNOWN: &str = "known";
/// The field of those prefilled values that are still right.
const CONFIRM: &str = "confirm";
/// The field of the button that settles a conflict: `mine <revision> <field>` or `theirs <revision> <field>`.
const TAKE: &str = "take";
/// The field with the language in which numbers are written.
const LANGUAGE: &str = "language";
/// The last field of each form: without it a part of the form is lost.
const WHOLE: &str = "whole";

/// How a conflict is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// What is in the field replaces this revision.
    Mine {
        /// The field.
        name: String,
        /// The revision that its reader has seen.
        revision: i64,
    },
    /// What a colleague stored stays.
    Theirs {
        /// The field.
        name: String,
    },
}

/// A field that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedAnswer {
    /// Its name.
    pub name: String,
    /// The code of the question.
    pub question: String,
    /// The code of the row.
    pub row: Option<String>,
    /// The value; none where nothing is answered.
    pub value: Option<Value>,
    /// What its page knew of the answer. After a conflict that was settled by the own value, the revision is the one that was settled.
    pub known: Known,
    /// Whether it differs from what its page showed.
    pub is_changed: bool,
    /// Whether a prefilled value was confirmed.
    pub is_confirmed: bool,
}

/// A form that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedSection {
    /// The code of the section.
    pub section: String,
    /// Its fields, in the order of the form.
    pub answers: Vec<PostedAnswer>,
    /// The conflict that it settles.
    pub take: Option<Take>,
}

impl PostedSection {
    /// Reads the fields that the form of a section has sent; none where a part of them is lost.
    #[must_use]
    pub fn read(section: &Section, sent: &[(String, String)]) -> Option<Self> {
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, value) in sent {
            by_name.entry(name).or_default().push(value);
        }
        by_name.get(WHOLE)?;
        let all = |name: &str| by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        let language = all(LANGUAGE).first().copied().unwrap_or_default();
        let take = all(TAKE).first().and_then(|text| take(text));
        let questions: HashMap<&str, &Question> =
            questions(&section.items).into_iter().map(|question| (question.code.as_str(), question)).collect();
        let confirmed: HashSet<&str> = all(CONFIRM).iter().copied().collect();
        let (mut answers, mut seen) = (Vec::new(), HashSet::new());
        for (name, known) in all(KNOWN).iter().filter_map(|text| text.split_once('=')) {
            // A field that is named again is not read again, so that the work stays that of the size of the form.
            if !seen.insert(name) {
                continue;
            }
            let Some((question, row)) = parts_of(name) else { continue };
            let kind = questions.get(question).and_then(|question| kind(question, row));
            let (Some(kind), Some(mut known)) = (kind, Known::parse(known)) else { continue };
            let value = read(kind, all(name), language);
            let mut is_changed = !known.is_untouched(value.as_ref());
            match &take {
                Some(Take::Mine { name: taken, revision }) if taken == name => {
                    known.revision = *revision;
                    is_changed = true;
                }
                Some(Take::Theirs { name: taken }) if taken == name => is_changed = false,
                _ => {}
            }
            answers.push(PostedAnswer {
                name: name.to_owned(),
                question: question.to_owned(),
                row: row.map(str::to_owned),
                value,
                known,
                is_changed,
                is_confirmed: confirmed.contains(name),
            });
        }
        Some(Self { section: section.code.clone(), answers, take })
    }

    /// The fields that are to be written: changed or confirmed.
    pub fn written(&self) -> impl Iterator<Item = &PostedAnswer> {
        self.answers.iter().filter(|answer| answer.is_changed || answer.is_confirmed)
    }
}

fn take(text: &str) -> Option<Take> {
    let mut parts = text.splitn(3, ' ');
    let (whose, revision, name) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.to_owned());
    match whose {
        "mine" => Some(Take::Mine { name, revision }),
        "theirs" => Some(Take::Theirs { name }),
        _ => None,
    }
}

fn questions(items: &[Item]) -> Vec<&Question> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Question(question) => found.push(question),
            Item::Group(group) => found.extend(questions(&group.items)),
            Item::Note(_) => {}
        }
    }
    found
}

/// What is answered in a field; none where there is no such row, or where a form of its own brings the answer.
fn kind<'q>(question: &'q Question, row: Option<&str>) -> Option<&'q AnswerType> {
    match (&question.answer, row) {
        (AnswerType::Matrix { rows, cell }, Some(row)) => rows.iter().any(|known| known.code == row).then_some(&**cell),
        (AnswerType::File {} | AnswerType::Matrix { .. }, None) | (_, Some(_)) => None,
        (answer, None) => Some(answer),
    }
}

#[cfg(test)]
mod tests;
