//! The answers themselves, one row for each respondent, for those who may see them by name.
//!
//! Columns are those of the codebook. Questions whose answers are only counted have none, and those that are asked
//! only after certain answers to such questions have none, either: a row is named, and nobody may see such an answer by
//! name. In place of a value stands the reason why there is none.

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::codebook::{CHOSEN, Codebook, Form, NOT_CHOSEN, Reason, TooManyVariables, Variable};
use questionnaire::{Answers, Questionnaire, Sensitivity};
use serde_json::{Map, Value};

use super::reading::{Message, Reading, Words};
use crate::conditions::Conditions;

/// The columns before those of the codebook.
const KEYS: [&str; 3] = ["_organisation", "_region", "_submission"];
/// The columns of the sheet of labels.
const LABELS: [&str; 5] = ["variable", "variable_label", "value", "value_label", "is_missing"];

/// What a respondent submitted.
#[derive(Clone, Copy, Debug)]
pub struct Respondent<'a> {
    /// Its code.
    pub organisation: &'a str,
    /// Its region.
    pub region: Option<&'a str>,
    /// The number of its submission.
    pub submission: u32,
    /// The answers by question, those of a matrix by row.
    pub answers: &'a Map<String, Value>,
    /// The questions whose answers it does not agree to show.
    pub declined: &'a BTreeSet<String>,
}

/// The table of the answers to a questionnaire.
pub struct Microdata<'q> {
    questionnaire: &'q Questionnaire,
    variables: Vec<Variable<'q>>,
    conditions: Conditions<'q>,
}

impl<'q> Microdata<'q> {
    /// The table, of the questions whose answers may be seen by name.
    ///
    /// # Errors
    /// [`TooManyVariables`]
    pub fn new(questionnaire: &'q Questionnaire) -> Result<Self, TooManyVariables> {
        let mut variables = Codebook::of(questionnaire)?.variables;
        let conditions = Conditions::of(questionnaire);
        variables.retain(|variable| conditions.sensitivity(variable.question) != Sensitivity::Aggregate);
        Ok(Self { questionnaire, variables, conditions })
    }

    /// The heads of the columns.
    pub fn heads(&self) -> Vec<String> {
        let names = self.variables.iter().map(|variable| variable.name.clone());
        KEYS.iter().map(|key| (*key).to_owned()).chain(names).collect()
    }

    /// The row of a respondent.
    pub fn row(&self, respondent: &Respondent<'_>) -> Vec<String> {
        let answers = Answers::new(self.questionnaire, given(self.questionnaire, respondent.answers));
        let asked: BTreeSet<(&str, Option<&str>)> =
            answers.asked().iter().map(|asked| (asked.question, asked.row)).collect();
        let keys = [
            respondent.organisation.to_owned(),
            respondent.region.unwrap_or_default().to_owned(),
            respondent.submission.to_string(),
        ];
        let cell = |variable: &Variable<'q>| {
            let reason = |reason: Reason| reason.as_str().to_owned();
            if self.conditions.tells_of(variable.question, respondent.declined) {
                return reason(Reason::Declined);
            }
            if !asked.contains(&(variable.question, variable.row)) {
                return reason(Reason::NotAsked);
            }
            let answer = answers.right(variable.question, variable.row);
            answer.map_or_else(|| reason(Reason::NoAnswer), |answer| written(variable, answer))
        };
        keys.into_iter().chain(self.variables.iter().map(cell)).collect()
    }

    /// The sheet of labels, its heads first: what each code of each column means.
    pub fn labels<W: Words>(&self, reading: &Reading<'_, W>) -> Vec<Vec<String>> {
        let missing = [
            (Reason::NoAnswer, reading.say(Message::NoAnswer)),
            (Reason::NotAsked, reading.say(Message::NotAsked)),
            (Reason::Declined, reading.say(Message::Declined)),
        ];
        let mut rows = vec![LABELS.map(str::to_owned).to_vec()];
        for variable in &self.variables {
            let question = reading.question(variable.question, variable.row);
            let label = variable
                .option_label
                .map_or_else(|| question.clone(), |option| format!("{question} – {}", reading.text(option)));
            let mut add = |value: &str, told: &str, is_missing: bool| {
                let cells =
                    [variable.name.as_str(), label.as_str(), value, told, if is_missing { "true" } else { "false" }];
                rows.push(cells.map(str::to_owned).to_vec());
            };
            for option in variable.values {
                add(&option.code, reading.text(&option.label), false);
            }
            for (reason, told) in &missing {
                add(reason.as_str(), told, true);
            }
        }
        rows
    }
}

/// The answers of a snapshot by question and row.
fn given<'a>(
    questionnaire: &Questionnaire,
    answers: &'a Map<String, Value>,
) -> Vec<(&'a str, Option<&'a str>, &'a Value)> {
    let matrices: BTreeMap<&str, bool> = questionnaire
        .questions()
        .map(|(_, question)| {
            (question.code.as_str(), matches!(question.answer, questionnaire::AnswerType::Matrix { .. }))
        })
        .collect();
    let mut found = Vec::new();
    for (question, answer) in answers {
        match answer {
            Value::Object(rows) if matrices.get(question.as_str()) == Some(&true) => {
                found.extend(rows.iter().map(|(row, value)| (question.as_str(), Some(row.as_str()), value)));
            }
            value => found.push((question.as_str(), None, value)),
        }
    }
    found
}

/// A right answer as a cell.
fn written(variable: &Variable<'_>, answer: &Value) -> String {
    match (variable.form, answer) {
        (Form::Flag, Value::Array(codes)) => {
            let is_chosen = codes.iter().any(|code| code.as_str() == variable.option);
            if is_chosen { CHOSEN } else { NOT_CHOSEN }.to_owned()
        }
        (Form::Flag, Value::Bool(true)) => CHOSEN.to_owned(),
        (Form::File, Value::Object(file)) => file.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}
