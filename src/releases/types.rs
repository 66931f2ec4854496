//! Releases: requests, answers and rows.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use survey_results::{Audience, Contents, Kind, Reason, Release};
use utoipa::ToSchema;

use crate::db::schema::survey_release;
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::time::Timestamp;

crate::text_enum! {
    /// Who may read a release.
    pub enum ReleaseAudience {
        /// Everybody.
        Public = "public",
        /// Everybody with an active appointment.
        Members = "members",
    }
}

crate::text_enum! {
    /// How much a release tells.
    pub enum ReleaseContents {
        /// How many answered.
        Rates = "rates",
        /// The counts of all respondents, too.
        Totals = "totals",
        /// The tables by region and the declared pairs, too.
        Tables = "tables",
    }
}

impl From<ReleaseAudience> for Audience {
    fn from(audience: ReleaseAudience) -> Self {
        match audience {
            ReleaseAudience::Public => Self::Public,
            ReleaseAudience::Members => Self::Members,
        }
    }
}

impl From<ReleaseContents> for Contents {
    fn from(contents: ReleaseContents) -> Self {
        match contents {
            ReleaseContents::Rates => Self::Rates,
            ReleaseContents::Totals => Self::Totals,
            ReleaseContents::Tables => Self::Tables,
        }
    }
}

/// Options that are told together, by question.
pub type GivenBands = BTreeMap<String, Vec<Vec<String>>>;

/// A release to be tried or published.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenRelease {
    /// Who may read it.
    pub audience: ReleaseAudience,
    /// How much it tells; absent: everything of a closed round, and how many answered of one that is open.
    #[serde(default)]
    pub contents: Option<ReleaseContents>,
    /// The number of the release that it corrects.
    #[serde(default)]
    pub corrects: Option<i32>,
    /// By the code of a question or of a row: neighbouring options that the table by region tells together.
    #[serde(default)]
    #[schema(example = json!({"maturity": [["level_1", "level_2"], ["level_4", "level_5"]]}))]
    pub bands: GivenBands,
}

/// A release without its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReleaseSummary {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// Counts the releases of the round.
    pub number: i32,
    /// Who may read it.
    pub audience: ReleaseAudience,
    /// How much it tells.
    pub contents: ReleaseContents,
    /// The instant whose submissions it counts.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// The number of the release that it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<i32>,
    /// How many answered.
    pub n: u32,
    /// How many were asked.
    pub frame: u32,
    /// How many answered of those, in percent.
    pub response_rate: u32,
    /// The SHA-256 of its JSON, in hexadecimal digits.
    pub sha256: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

/// The releases of a round that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleaseList {
    /// The newest first: 20 at most.
    pub data: Vec<ReleaseSummary>,
}

/// What a release would tell, for the Secretariat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasePreview {
    /// The release as it would be published.
    #[schema(value_type = Object)]
    pub release: Box<RawValue>,
    /// Each hidden figure, with the reason. Readers of the release never see it.
    pub hidden: Vec<HiddenFigure>,
}

crate::text_enum! {
    /// Why a figure is hidden.
    pub enum HiddenBecause {
        /// The row has too few respondents.
        FewRespondents = "few_respondents",
        /// The count, or what is left of its row, is small.
        Small = "small",
        /// All respondents of the row are in it.
        OneOption = "one_option",
        /// It is zero, in a row with other hidden figures.
        Zero = "zero",
        /// Another hidden figure could be computed from it.
        Protects = "protects",
    }
}

/// A figure that a release hides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HiddenFigure {
    /// The question, or the row of a matrix.
    pub question: String,
    /// The concept of the other question, in a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// The row of the table.
    pub row: String,
    /// The column.
    pub option: String,
    /// Why it is hidden.
    pub because: HiddenBecause,
}

/// Which results are asked for.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
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

/// A release as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = survey_release)]
pub(super) struct ReleaseRow {
    pub(super) id: Id,
    pub(super) round_id: Id,
    pub(super) number: i32,
    pub(super) audience: ReleaseAudience,
    pub(super) contents: ReleaseContents,
    pub(super) as_of: Timestamp,
    pub(super) corrects: Option<i32>,
    pub(super) respondents: i32,
    pub(super) asked: i32,
    pub(super) sha256: String,
    pub(super) published_at: Timestamp,
}

/// The rest of a release.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = survey_release)]
pub(super) struct ContentRow {
    pub(super) artefact: String,
    pub(super) bands: Document<GivenBands>,
}

/// A release to be stored.
#[derive(Clone, Debug)]
pub(super) struct NewRelease {
    pub(super) release: Release,
    pub(super) audience: ReleaseAudience,
    pub(super) contents: ReleaseContents,
    pub(super) as_of: Timestamp,
    pub(super) bands: GivenBands,
    pub(super) artefact: String,
    pub(super) sha256: String,
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
