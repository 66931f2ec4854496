//! What releases tell: results in the words of a reader, series, comparisons, answers by name.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use survey_results::{Kind, Reason};
use utoipa::ToSchema;

use super::types::ReleaseSummary;
use crate::db::Id;
use crate::i18n::Language;

/// Which results are asked for.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResultsQuery {
    /// The code of a question, or of a row of a matrix; absent: all of them.
    pub question: Option<String>,
    /// `region`, or the concept of a declared pair; absent: all respondents together.
    pub by: Option<String>,
    /// The language of the labels; absent: that of the reader.
    pub lang: Option<Language>,
}

/// Results of a release.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Results {
    /// The release.
    pub release: ReleaseSummary,
    /// The language of the labels.
    pub language: String,
    /// The tables that were asked for.
    pub data: Vec<ResultTable>,
}

/// A table of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResultTable {
    /// The code of the question.
    pub question: String,
    /// The code of the row of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What is asked; of a row of a matrix both.
    pub label: String,
    /// Its concept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// How it is answered.
    #[schema(value_type = String, example = "scale")]
    pub kind: Kind,
    /// `all`, `region`, or the concept of the other question of a pair.
    pub by: String,
    /// Why there are no figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "small")]
    pub withheld: Option<Reason>,
    /// The number of the release that first had the table, and the instant that it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// See `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The options in order.
    pub columns: Vec<Labelled>,
    /// The rows; `all` is the last.
    pub rows: Vec<ResultRow>,
}

/// A code with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Labelled {
    /// The code.
    pub code: String,
    /// Its text in the language of the answer.
    pub label: String,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResultRow {
    /// A region, an option of the other question, or `all`.
    pub key: String,
    /// Its text.
    pub label: String,
    /// How many answered the survey.
    pub n: u32,
    /// How many of them were asked the question: the whole of the shares. Null where that is hidden.
    pub base: Option<u32>,
    /// How many were asked to answer the survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// How many of those answered, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_rate: Option<u32>,
    /// The counts, in the order of the columns.
    pub cells: Vec<ResultCell>,
    /// The option or number that halves the answers in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<Labelled>,
    /// Of a scale: how many chose an option or a higher one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<ResultCell>,
    /// Options that are told together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<ResultCell>,
}

/// A count. Hidden ones have their option alone, whatever the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResultCell {
    /// The code of the option; of several, with `+` between.
    pub option: String,
    /// How many; null where hidden.
    pub count: Option<u32>,
    /// The share of the base, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// How many of all that were asked it could be, whatever those would say that did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
}

/// The least and the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Bounds {
    /// The least.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// A concept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrendQuery {
    /// The concept.
    pub concept: String,
    /// The language of the labels; absent: that of the reader.
    #[serde(default)]
    pub lang: Option<Language>,
}

/// A concept over the rounds of a survey.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trend {
    /// The code of the survey.
    pub survey: String,
    /// The concept.
    pub concept: String,
    /// A series for the question, or for each row of a matrix.
    pub data: Vec<TrendSeries>,
}

/// Points in the order of the rounds, of all respondents or of a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrendSeries {
    /// The row of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// `all` or a region. A region is there only if all its figures of all rounds are shown.
    pub key: String,
    /// Its text.
    pub label: String,
    /// The points.
    pub points: Vec<TrendPoint>,
}

/// A round in a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrendPoint {
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// The release.
    #[schema(value_type = String)]
    pub release: Id,
    /// The instant that it counts.
    pub as_of: String,
    /// How many answered the survey.
    pub n: u32,
    /// How many were asked the question.
    pub base: Option<u32>,
    /// The counts.
    pub cells: Vec<ResultCell>,
}

/// Members and partner agencies side by side.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// The release.
    pub release: ReleaseSummary,
    /// The newest release of the paired round that the reader may see.
    pub other: ReleaseSummary,
    /// The concepts of which both releases have figures.
    pub data: Vec<ComparedConcept>,
}

/// A concept of two releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparedConcept {
    /// The concept.
    pub concept: String,
    /// The row of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What the release tells.
    pub own: ResultTable,
    /// What the other one tells.
    pub other: ResultTable,
}

/// An administration against its region and all.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnResults {
    /// The release.
    pub release: ReleaseSummary,
    /// The code of the organisation.
    pub organisation: String,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The questions that the release tells of.
    pub data: Vec<OwnResult>,
}

/// A question: the own answer, and what the release tells of the region and of all.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OwnResult {
    /// What is told of all.
    pub table: ResultTable,
    /// What is told of the region; none where the release has no such row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<ResultRow>,
    /// The own answer; none where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub answer: Option<Value>,
}

/// Which answers are asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedQuery {
    /// The code of the question.
    pub question: String,
}

/// Answers by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedAnswers {
    /// The code of the question.
    pub question: String,
    /// In the order of the codes of the organisations: 1,000 at most.
    pub data: Vec<NamedAnswer>,
}

/// The answer of an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NamedAnswer {
    /// The code of the organisation.
    pub organisation: String,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What it answered; by row for a matrix.
    #[schema(value_type = Object)]
    pub answer: Value,
}

/// What an organisation's consent to be named would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsentCheck {
    /// Whether every release that stands would still protect all others.
    pub is_safe: bool,
    /// The tables that would not.
    pub data: Vec<BrokenTable>,
}

/// A table that would not protect small counts any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrokenTable {
    /// The number of the release.
    pub release: u32,
    /// The question, or the row of a matrix.
    pub question: String,
}
