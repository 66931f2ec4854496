//! Decisions about answers: what of a batch can be stored, what becomes of it beside the answers that are there, and
//! what hinders a submission.
//!
//! An answer that is not right is stored as a draft: it stops neither the others nor the work. A batch is prepared
//! before the unit of work that stores it, which then only compares revisions and texts.

use std::collections::{BTreeSet, HashMap, HashSet};

use questionnaire::{AnswerType, Answers, Asked, Question, Questionnaire, Section, ValueFault, ValueFaultCode};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use super::bounds;
use super::types::{AnswerFaultCode, EntryRow, GivenAnswer};
use crate::error::{Error, FieldCode, FieldError};
use crate::text::canonical_json;

/// Most answers of a batch.
pub const MAX_BATCH: usize = 200;
/// Largest answer that is looked at, in bytes of JSON: the longest text of a question is shorter.
const MAX_VALUE: usize = 65_536;

/// A question, and its row of a matrix; an empty one where it has no rows.
pub(in crate::responses) type Place = (String, String);

/// The questions of a questionnaire by their codes.
pub(in crate::responses) struct Questions<'q>(HashMap<&'q str, (&'q Section, &'q Question)>);

impl<'q> Questions<'q> {
    pub(in crate::responses) fn of(questionnaire: &'q Questionnaire) -> Self {
        let questions = questionnaire.questions();
        Self(questions.map(|(section, question)| (question.code.as_str(), (section, question))).collect())
    }

    /// The section of a question.
    pub(in crate::responses) fn section(&self, question: &str) -> Option<&'q str> {
        self.0.get(question).map(|(section, _)| section.code.as_str())
    }

    /// A question that has this row; without a row, one that has none.
    pub(in crate::responses) fn at(&self, question: &str, row: Option<&str>) -> Result<&'q Question, AnswerFaultCode> {
        let (_, found) = self.0.get(question).ok_or(AnswerFaultCode::UnknownQuestion)?;
        let has_row = match (&found.answer, row) {
            (AnswerType::Matrix { rows, .. }, Some(row)) => rows.iter().any(|known| known.code == row),
            (AnswerType::Matrix { .. }, None) | (_, Some(_)) => false,
            (_, None) => true,
        };
        if has_row { Ok(found) } else { Err(AnswerFaultCode::UnknownRow) }
    }
}

/// An answer of a batch that can be stored.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::responses) struct Prepared {
    pub(super) place: Place,
    pub(super) section: String,
    /// What is to be stored, as canonical JSON; none takes the answer back.
    pub(super) value: Option<String>,
    /// The answer that is there is confirmed, whatever it is.
    pub(super) is_confirmation: bool,
    pub(super) is_file: bool,
    pub(super) revision: i32,
    pub(super) fault: Option<ValueFault>,
}

/// A batch that was prepared.
#[derive(Clone, Debug, Default)]
pub(in crate::responses) struct Batch {
    pub(super) answers: Vec<Prepared>,
    pub(super) faults: Vec<(Place, AnswerFaultCode)>,
}

impl Batch {
    /// The codes of the questions.
    pub(super) fn questions(&self) -> Vec<String> {
        let questions: BTreeSet<&String> = self.answers.iter().map(|answer| &answer.place.0).collect();
        questions.into_iter().cloned().collect()
    }

    /// Whether there are files among the answers.
    pub(in crate::responses) fn has_files(&self) -> bool {
        self.answers.iter().any(|answer| answer.is_file && answer.value.is_some())
    }

    /// Takes out what is in sections that the writer may not write.
    pub(super) fn keep_sections(&mut self, may_write: impl Fn(&str) -> bool) {
        let (kept, others): (Vec<Prepared>, Vec<Prepared>) =
            self.answers.drain(..).partition(|answer| may_write(&answer.section));
        self.answers = kept;
        self.faults.extend(others.into_iter().map(|answer| (answer.place, AnswerFaultCode::NotAssigned)));
    }

    /// Takes out files that were not handed in. What an answer says of a file is what is known of it, whatever the writer
    /// says: its name is told with the answer, and its size.
    pub(super) fn keep_files(&mut self, known: &HashMap<(String, String, String), (String, i32)>) {
        let known_value = |answer: &Prepared| {
            let given: Value = serde_json::from_str(answer.value.as_deref()?).ok()?;
            let sha256 = given.get("sha256")?.as_str()?.to_owned();
            let (name, size) = known.get(&(answer.place.0.clone(), answer.place.1.clone(), sha256.clone()))?;
            let name: String = name.nfc().collect();
            Some(canonical_json(&json!({"name": name, "sha256": sha256, "size": size})))
        };
        let mut kept = Vec::with_capacity(self.answers.len());
        for answer in self.answers.drain(..) {
            if !answer.is_file || answer.value.is_none() {
                kept.push(answer);
            } else if let Some(value) = known_value(&answer) {
                kept.push(Prepared { value: Some(value), fault: None, ..answer });
            } else {
                self.faults.push((answer.place, AnswerFaultCode::UnknownFile));
            }
        }
        self.answers = kept;
    }
}

/// Refuses an empty batch, and one that is too large.
///
/// # Errors
/// 422.
pub(super) fn check_size(count: usize) -> Result<(), Error> {
    let fault = match count {
        0 => FieldError::new("", FieldCode::Empty),
        1..=MAX_BATCH => return Ok(()),
        _ => FieldError::new("", FieldCode::TooMany).with("max", MAX_BATCH),
    };
    Err(Error::invalid(vec![fault]))
}

/// What of a batch can be stored.
pub(super) fn prepare(questionnaire: &Questionnaire, given: Vec<GivenAnswer>) -> Batch {
    let (questions, mut seen, mut batch) = (Questions::of(questionnaire), HashSet::new(), Batch::default());
    for answer in given {
        let place = (answer.question.clone(), answer.row.clone().unwrap_or_default());
        let prepared = if seen.insert(place.clone()) {
            questions.at(&answer.question, answer.row.as_deref()).and_then(|question| {
                let section = questions.section(&question.code).unwrap_or_default();
                prepare_one(section, question, place.clone(), answer)
            })
        } else {
            Err(AnswerFaultCode::Twice)
        };
        match prepared {
            Ok(prepared) => batch.answers.push(prepared),
            Err(code) => batch.faults.push((place, code)),
        }
    }
    batch
}

fn prepare_one(
    section: &str,
    question: &Question,
    place: Place,
    given: GivenAnswer,
) -> Result<Prepared, AnswerFaultCode> {
    let GivenAnswer { row, value, revision, .. } = given;
    let is_confirmation = value.is_none();
    let value = value.flatten();
    if value.as_ref().is_some_and(|value| bounds::is_long_list(value) || value.to_string().len() > MAX_VALUE) {
        return Err(AnswerFaultCode::TooLarge);
    }
    let (value, fault) = match value.map(|value| (question.judge(row.as_deref(), &value), value)) {
        None | Some((Err(ValueFault { code: ValueFaultCode::Empty, .. }), _)) => (None, None),
        Some((Ok(right), _)) => (Some(canonical_json(&right)), None),
        Some((Err(fault), value)) if bounds::is_draft(question, &value) => (Some(canonical_json(&value)), Some(fault)),
        Some((Err(_), _)) => return Err(AnswerFaultCode::WrongType),
    };
    if value.as_ref().is_some_and(|value| value.len() > bounds::most_bytes(question)) {
        return Err(AnswerFaultCode::TooLarge);
    }
    let is_file = is_file(question);
    Ok(Prepared { place, section: section.to_owned(), value, is_confirmation, is_file, revision, fault })
}

/// Whether a question is answered by files.
pub(in crate::responses) fn is_file(question: &Question) -> bool {
    match &question.answer {
        AnswerType::Matrix { cell, .. } => matches!(**cell, AnswerType::File {}),
        answer => matches!(answer, AnswerType::File {}),
    }
}

/// What becomes of an answer beside the one that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is stored with this revision.
    Stored { value: Option<String>, revision: i32 },
    /// It is there already: with this revision.
    Same { value: Option<String>, revision: i32 },
    /// Somebody else has changed it.
    Conflict,
    /// There is nothing to confirm.
    Nothing,
}

/// Judges one answer. What is written twice, by whomever, is stored once; a value that was not known is never replaced.
pub(super) fn outcome(present: Option<&EntryRow>, given: &Prepared) -> Outcome {
    let revision = present.map_or(0, |present| present.revision);
    let value = match present {
        None if given.is_confirmation => return Outcome::Nothing,
        Some(present) if given.is_confirmation => present.value.clone(),
        _ => given.value.clone(),
    };
    let is_same = present.map_or(value.is_none(), |present| present.value == value);
    let is_confirmed = present.is_none_or(|present| present.is_confirmed);
    match () {
        () if is_same && is_confirmed => Outcome::Same { value, revision },
        // Nothing is there that could be overwritten, whatever revision was known.
        () if is_same || present.is_none() || given.revision == revision => {
            Outcome::Stored { value, revision: revision + 1 }
        }
        () => Outcome::Conflict,
    }
}

/// The fault of a confirmation, or of a revision, of what is not there.
pub(super) fn nothing(given: &Prepared) -> (Place, AnswerFaultCode) {
    (given.place.clone(), AnswerFaultCode::NothingGiven)
}

/// A stored value; what was stored is JSON. What is nested was stored by an earlier release, and counts as none.
pub(in crate::responses) fn parsed(value: Option<&str>) -> Option<Value> {
    value.filter(|value| bounds::is_plain(value)).and_then(|value| serde_json::from_str(value).ok())
}

/// Stored answers with their values, for the rules of a questionnaire.
pub(in crate::responses) struct Stored<'s>(Vec<(&'s EntryRow, Option<Value>)>);

impl<'s> Stored<'s> {
    pub(in crate::responses) fn of(entries: &'s [EntryRow]) -> Self {
        Self(entries.iter().map(|entry| (entry, parsed(entry.value.as_deref()))).collect())
    }

    /// The answers, seen through the rules.
    pub(in crate::responses) fn through<'q>(&self, questionnaire: &'q Questionnaire) -> Answers<'q> {
        let stored = self.0.iter().filter_map(|(entry, value)| {
            Some((entry.question.as_str(), Some(entry.row.as_str()).filter(|row| !row.is_empty()), value.as_ref()?))
        });
        Answers::new(questionnaire, stored)
    }

    /// The answers with their values, in their order.
    pub(in crate::responses) fn into_values(self) -> impl Iterator<Item = (&'s EntryRow, Option<Value>)> {
        self.0.into_iter()
    }
}

/// Places of answers that were taken over and that nobody has confirmed.
pub(in crate::responses) fn unconfirmed(entries: &[EntryRow]) -> HashSet<(&str, &str)> {
    let open = entries.iter().filter(|entry| !entry.is_confirmed && entry.value.is_some());
    open.map(|entry| (entry.question.as_str(), entry.row.as_str())).collect()
}

/// The asked questions among these places.
pub(in crate::responses) fn asked_of<'a, 'q>(
    answers: &'a Answers<'q>,
    places: &HashSet<(&str, &str)>,
) -> Vec<&'a Asked<'q>> {
    let is_meant = |asked: &&Asked<'_>| places.contains(&(asked.question, asked.row.unwrap_or_default()));
    answers.asked().iter().filter(is_meant).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::db::Id;
    use crate::responses::answers::types::Means;
    use crate::time::Timestamp;

    pub(in crate::responses::answers) fn questionnaire(options: &[&str]) -> Questionnaire {
        let text = |word: &str| json!({"en": word});
        let options: Vec<Value> = options.iter().map(|code| json!({"code": code, "label": text(code)})).collect();
        let question = |code: &str, answer: Value| {
            let (label, concept) = (text(code), code);
            let question =
                json!({"code": code, "label": label, "required": true, "concept": concept, "answer": answer});
            json!({"question": question})
        };
        let section = |code: &str, items: Value| json!({"code": code, "title": text(code), "items": items});
        let single = json!({"type": "single", "options": options});
        let rows = json!([{"code": "r1", "label": text("r1")}, {"code": "r2", "label": text("r2")}]);
        let matrix = json!({"type": "matrix", "rows": rows, "cell": single});
        let questionnaire = json!({"languages": ["en"], "title": text("t"), "sections": [
            section("one", json!([question("q", single), question("staff", json!({"type": "integer", "least": 0}))])),
            section("two", json!([question("m", matrix)])),
        ]});
        serde_json::from_value(questionnaire).unwrap()
    }

    fn given(question: &str, row: Option<&str>, value: Option<Value>, revision: i32) -> GivenAnswer {
        GivenAnswer { question: question.to_owned(), row: row.map(str::to_owned), value: Some(value), revision }
    }

    fn entry(value: Option<&str>, revision: i32, is_confirmed: bool) -> EntryRow {
        EntryRow {
            number: 1,
            question: "q".to_owned(),
            row: String::new(),
            revision,
            value: value.map(str::to_owned),
            given_by: Id::nil(),
            given_at: Timestamp::from_micros(0),
            origin: Means::Form,
            is_confirmed,
        }
    }

    #[test]
    fn s01_an_answer_that_is_not_right_is_stored_beside_the_others() {
        let batch = prepare(
            &questionnaire(&["yes", "no"]),
            vec![
                given("q", None, Some(json!("maybe")), 0),
                given("staff", None, Some(json!(-1)), 0),
                given("m", Some("r1"), Some(json!("no")), 0),
                given("m", None, Some(json!("no")), 0),
                given("m", Some("r3"), Some(json!("no")), 0),
                given("other", None, Some(json!("no")), 0),
                given("q", None, Some(json!("no")), 0),
            ],
        );
        let stored = batch.answers.iter().map(|answer| (answer.value.as_deref(), answer.fault.is_some()));
        let stored: Vec<_> = stored.collect();
        assert_eq!(stored, [(Some("\"maybe\""), true), (Some("-1"), true), (Some("\"no\""), false)]);
        let codes: Vec<_> = batch.faults.iter().map(|(_, code)| *code).collect();
        let (row, question) = (AnswerFaultCode::UnknownRow, AnswerFaultCode::UnknownQuestion);
        assert_eq!(codes, [row, row, question, AnswerFaultCode::Twice]);
    }

    #[test]
    fn s03_and_s04_what_is_there_is_stored_once_and_what_was_not_known_is_never_replaced() {
        let present = entry(Some("\"yes\""), 3, true);
        let judged = |value: Option<Value>, revision| {
            let batch = prepare(&questionnaire(&["yes", "no"]), vec![given("q", None, value, revision)]);
            outcome(Some(&present), &batch.answers[0])
        };
        let same = Outcome::Same { value: Some("\"yes\"".to_owned()), revision: 3 };
        assert_eq!(judged(Some(json!("yes")), 3), same);
        assert_eq!(judged(Some(json!("yes")), 2), same, "the same write again");
        assert_eq!(judged(Some(json!("no")), 2), Outcome::Conflict);
        assert_eq!(judged(None, 0), Outcome::Conflict);
        let stored = Outcome::Stored { value: Some("\"no\"".to_owned()), revision: 4 };
        assert_eq!(judged(Some(json!("no")), 3), stored);
        assert_eq!(judged(Some(json!("")), 3), Outcome::Stored { value: None, revision: 4 }, "nothing takes it back");
        let batch = prepare(&questionnaire(&["yes"]), vec![given("q", None, None, 0)]);
        assert_eq!(outcome(None, &batch.answers[0]), Outcome::Same { value: None, revision: 0 });
    }

    #[test]
    fn s17_what_was_taken_over_is_confirmed_by_a_word_or_by_the_same_value() {
        let taken = entry(Some("\"yes\""), 1, false);
        let mut confirm = given("q", None, None, 1);
        confirm.value = None;
        let again = given("q", None, Some(json!("yes")), 1);
        let batch = |given| prepare(&questionnaire(&["yes"]), vec![given]).answers;
        let confirmed = Outcome::Stored { value: Some("\"yes\"".to_owned()), revision: 2 };
        assert_eq!(outcome(Some(&taken), &batch(confirm.clone())[0]), confirmed);
        assert_eq!(outcome(Some(&taken), &batch(again)[0]), confirmed);
        assert_eq!(outcome(None, &batch(confirm)[0]), Outcome::Nothing);
        let open = [taken];
        assert_eq!(unconfirmed(&open), HashSet::from([("q", "")]));
    }

    #[test]
    fn a_file_is_an_answer_if_it_was_handed_in() {
        let file = |hash: &str| Prepared {
            place: ("q".to_owned(), String::new()),
            section: "one".to_owned(),
            value: Some(json!({"name": "x.exe", "sha256": hash, "size": 1}).to_string()),
            is_confirmation: false,
            is_file: true,
            revision: 0,
            fault: None,
        };
        let mut batch = Batch { answers: vec![file("a"), file("b")], faults: Vec::new() };
        let place = ("q".to_owned(), String::new(), "b".to_owned());
        batch.keep_files(&HashMap::from([(place, ("paper.pdf".to_owned(), 7))]));
        assert_eq!((batch.answers.len(), batch.faults[0].1), (1, AnswerFaultCode::UnknownFile));
        let value = r#"{"name":"paper.pdf","sha256":"b","size":7}"#;
        assert_eq!(batch.answers[0].value.as_deref(), Some(value), "whatever its writer says of it");
    }

    #[test]
    fn a_batch_has_a_bound() {
        assert!(check_size(0).is_err() && check_size(MAX_BATCH).is_ok() && check_size(MAX_BATCH + 1).is_err());
    }
}
