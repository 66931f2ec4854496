//! Answers: what is written, what becomes of it, and its history.

use std::borrow::Cow;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::db::Id;
use crate::db::schema::{answer, answer_history};
use crate::policy::Principal;
use crate::responses::people::Colleague;
use crate::time::Timestamp;

crate::text_enum! {
    /// By which means an answer was given.
    pub enum Means {
        /// By a person in the portal.
        Form = "form",
        /// From a file that a program has read.
        Import = "import",
        /// Taken over from the last round.
        Prefill = "prefill",
        /// By a program.
        Api = "api",
    }
}

impl Means {
    /// By which means a person writes who uses no file: in the portal, or by a program with a token.
    #[must_use]
    pub fn of(person: &Principal) -> Self {
        if person.session().is_some() { Self::Form } else { Self::Api }
    }
}

crate::text_enum! {
    /// Why an answer was not stored.
    pub enum AnswerFaultCode {
        /// The questionnaire has no such question.
        UnknownQuestion = "unknown_question",
        /// The question has no such row, or has rows and none is named.
        UnknownRow = "unknown_row",
        /// The section is assigned to others.
        NotAssigned = "not_assigned",
        /// The value is larger than an answer to the question can be.
        TooLarge = "too_large",
        /// The value is nested, or an object that describes no file: not even a draft.
        WrongType = "wrong_type",
        /// All answers of the response together have no room for it.
        ResponseFull = "response_full",
        /// The answers of the response were changed as often, or to as much, as its history holds.
        HistoryFull = "history_full",
        /// The same question and row are there twice.
        Twice = "twice",
        /// There is neither a value nor an answer that could be confirmed.
        NothingGiven = "nothing_given",
        /// No such file was handed in for this question.
        UnknownFile = "unknown_file",
    }
}

/// An answer in JSON, as the description of the API tells of it.
pub enum AnswerValue {}

// Written by hand: each type of question has another one.
impl PartialSchema for AnswerValue {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(Some(
                "A code, a list of codes, a whole number, a decimal as a text, a text, a day, true, or a file.",
            ))
            .into()
    }
}

impl ToSchema for AnswerValue {
    fn name() -> Cow<'static, str> {
        "AnswerValue".into()
    }
}

/// An answer that is given.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAnswer {
    /// The code of the question.
    #[schema(example = "it_strategy")]
    pub question: String,
    /// The code of the row, of a matrix.
    #[serde(default)]
    pub row: Option<String>,
    /// The answer, as the type of the question has it; null takes it back. Left out, the answer that is there is
    /// confirmed.
    #[serde(default, deserialize_with = "crate::http::present")]
    #[schema(value_type = Option<AnswerValue>)]
    pub value: Option<Option<Value>>,
    /// The revision that the writer knew; 0 where there was no answer.
    pub revision: i32,
}

/// By which means answers are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteQuery {
    /// `true` for answers from a file that the client has read.
    #[serde(default)]
    pub import: bool,
}

/// Why a value is not right. It is stored as a draft all the same, and hinders the submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerHint {
    /// The reason, for programs.
    #[schema(value_type = String, example = "too_large")]
    pub code: &'static str,
    /// The word that it is about: an option, a bound.
    pub value: String,
    /// The reason, in the reader's language.
    pub detail: String,
}

/// An answer that is stored.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StoredAnswer {
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What is stored: in its one form where it is right, as it came otherwise; null where it was taken back.
    #[schema(value_type = Option<AnswerValue>)]
    pub value: Option<Value>,
    /// Its revision, for the next write.
    pub revision: i32,
    /// Why it is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<AnswerHint>,
}

/// An answer that somebody else has changed meanwhile. Nothing of it was stored.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AnswerConflict {
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What was written.
    #[schema(value_type = Option<AnswerValue>)]
    pub yours: Option<Value>,
    /// What is stored.
    #[schema(value_type = Option<AnswerValue>)]
    pub theirs: Option<Value>,
    /// The revision of what is stored: a write that names it replaces it.
    pub revision: i32,
    /// Who wrote it.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// An answer that cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerFault {
    /// The question, as it was named.
    pub question: String,
    /// The row, as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Why.
    pub code: AnswerFaultCode,
    /// Why, in the reader's language.
    pub detail: String,
}

/// What became of a batch: each answer is in one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct WrittenAnswers {
    /// Stored, or stored before.
    pub stored: Vec<StoredAnswer>,
    /// Changed by somebody else meanwhile.
    pub conflicts: Vec<AnswerConflict>,
    /// Not to be stored.
    pub faults: Vec<AnswerFault>,
    /// Whether this ended an approval.
    pub approval_cancelled: bool,
}

/// What was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfirmedAnswers {
    /// How many answers.
    pub confirmed: usize,
}

/// An answer on a sheet.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SheetAnswer {
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The answer; null where it was taken back.
    #[schema(value_type = Option<AnswerValue>)]
    pub value: Option<Value>,
    /// Its revision.
    pub revision: i32,
    /// Who gave it.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By which means.
    pub means: Means,
    /// False where it was taken over from the last round and nobody has confirmed it: it counts as missing.
    pub is_confirmed: bool,
    /// Why it is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<AnswerHint>,
}

/// What an organisation answered in the last round, for questions with the same concept.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TakenFrom {
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// When that was submitted.
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
    /// The answers, by the questions of today.
    pub answers: Vec<EarlierAnswer>,
}

/// An answer of the last round.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EarlierAnswer {
    /// The question of today.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What was answered.
    #[schema(value_type = AnswerValue)]
    pub value: Value,
    /// Whether it can be taken over: its options still exist, its number is still within the bounds.
    pub is_possible: bool,
}

/// A place in a questionnaire at which something is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenPoint {
    /// The section.
    pub section: String,
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Why the answer is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<AnswerHint>,
}

/// All that hinders the submission of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponseCheck {
    /// Whether nothing does.
    pub is_complete: bool,
    /// Due answers that are missing.
    pub missing: Vec<OpenPoint>,
    /// Answers that are not right.
    pub invalid: Vec<OpenPoint>,
    /// Answers that do not keep the rule of their question.
    pub unmet: Vec<OpenPoint>,
    /// Answers that were taken over from the last round, and that nobody has confirmed.
    pub unconfirmed: Vec<OpenPoint>,
}

/// Which part of a history is wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The code of a question; all of them where it is left out.
    #[serde(default)]
    pub question: Option<String>,
    /// Where the last page ended: its `next`.
    #[serde(default)]
    pub before: Option<i32>,
}

/// A value that an answer had.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AnswerHistoryEntry {
    /// Counts the entries of a response.
    pub number: i32,
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The value; null where the answer was taken back.
    #[schema(value_type = Option<AnswerValue>)]
    pub value: Option<Value>,
    /// The revision of the answer.
    pub revision: i32,
    /// Who gave it.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By which means.
    pub means: Means,
    /// False for what was taken over from the last round.
    pub is_confirmed: bool,
}

/// A part of a history.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AnswerHistory {
    /// The newest first: 100 at most, and fewer where their values are long.
    pub data: Vec<AnswerHistoryEntry>,
    /// For the next page; none where this is the last one.
    pub next: Option<i32>,
}

/// An answer as it is stored, with the row of its history.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = answer_history)]
pub(in crate::responses) struct EntryRow {
    pub(in crate::responses) number: i32,
    pub(in crate::responses) question: String,
    /// Empty where the question has no rows.
    pub(in crate::responses) row: String,
    pub(in crate::responses) revision: i32,
    /// Canonical JSON.
    pub(in crate::responses) value: Option<String>,
    pub(in crate::responses) given_by: Id,
    pub(in crate::responses) given_at: Timestamp,
    pub(in crate::responses) origin: Means,
    pub(in crate::responses) is_confirmed: bool,
}

/// A new row of the history.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = answer_history, treat_none_as_default_value = false)]
pub(in crate::responses) struct NewEntry {
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) number: i32,
    pub(in crate::responses) question: String,
    pub(in crate::responses) row: String,
    pub(in crate::responses) revision: i32,
    pub(in crate::responses) value: Option<String>,
    pub(in crate::responses) given_by: Id,
    pub(in crate::responses) given_at: Timestamp,
    pub(in crate::responses) origin: Means,
    pub(in crate::responses) is_confirmed: bool,
}

/// The present answer that a new row of the history makes.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = answer, treat_none_as_default_value = false)]
pub(in crate::responses) struct NewAnswer {
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) question: String,
    pub(in crate::responses) row: String,
    pub(in crate::responses) revision: i32,
    pub(in crate::responses) value: Option<String>,
    pub(in crate::responses) number: i32,
}

impl From<&NewEntry> for NewAnswer {
    fn from(entry: &NewEntry) -> Self {
        Self {
            response_id: entry.response_id,
            question: entry.question.clone(),
            row: entry.row.clone(),
            revision: entry.revision,
            value: entry.value.clone(),
            number: entry.number,
        }
    }
}
