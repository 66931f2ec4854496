//! A release: what is published of a round at one instant.
//!
//! Its JSON is stored, hashed and served, and never changes. It has codes and whole numbers alone: names of questions,
//! options and regions come from the questionnaire when it is shown. A hidden count is `null`, whether it is small
//! itself, protects a small one, or is zero: nothing in a release tells these apart.
//!
//! In a table of a question with single answers every respondent is in one cell of each row: an option, [`NO_ANSWER`],
//! or [`NOT_ASKED`]. In a table of a question with several answers each cell is compared with the base of its row
//! alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The row of all respondents.
pub const ALL: &str = "all";
/// The row of respondents that are in no region.
pub const NO_REGION: &str = "no_region";
/// The cell of respondents that were asked and did not answer.
pub const NO_ANSWER: &str = "no_answer";
/// The cell of respondents that were not asked.
pub const NOT_ASKED: &str = "not_asked";

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The version of this form.
    pub v: u32,
    /// The round, by its id.
    pub round: String,
    /// The code of the survey.
    pub survey: String,
    /// The version of the questionnaire.
    pub version: u32,
    /// The SHA-256 of that version.
    pub version_sha256: String,
    /// Which release of the round it is, from 1.
    pub number: u32,
    /// The number of the release that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u32>,
    /// The instant whose submissions were counted, as RFC 3339 in UTC.
    pub as_of: String,
    /// Who may read it.
    pub audience: Audience,
    /// How much it tells.
    pub contents: Contents,
    /// The smallest count that is shown.
    pub k: u32,
    /// How many were asked to answer.
    pub frame: Size,
    /// How many answered.
    pub n: Size,
    /// The questions in the order of the questionnaire, a matrix row by row.
    pub questions: Vec<QuestionResult>,
    /// The pairs of questions that the round declares.
    pub pairs: Vec<PairResult>,
}

/// Who may read a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    Public,
    /// People who sign in.
    Members,
}

/// How much a release tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contents {
    /// How many answered.
    Rates,
    /// The counts of all respondents, too.
    Totals,
    /// The tables by region and the pairs, too.
    Tables,
}

/// A number of organisations, in all and by region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// In all.
    pub all: u32,
    /// By region; [`NO_REGION`] is one of them if there are such organisations.
    pub by_region: BTreeMap<String, u32>,
}

/// What a release tells about a question, or about one row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionResult {
    /// The code of the question.
    pub question: String,
    /// The code of the row of a matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Its concept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// How it is answered.
    pub kind: Kind,
    /// All respondents: a table with one row, [`ALL`].
    pub totals: Outcome,
    /// A row for each region, and [`ALL`] as the last.
    pub by_region: Outcome,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One option.
    Single,
    /// Any options: each is counted for itself.
    Multiple,
    /// One of the options in order.
    Scale,
    /// A number; its one option is `answered`.
    Number,
}

/// Two questions together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairResult {
    /// The question, or the row of a matrix, whose options are the rows of the table.
    pub question: String,
    /// The concept of the other.
    pub concept: String,
    /// The other question, or row of a matrix, whose options are the columns.
    pub with: String,
    /// A row for each option of the first, and [`ALL`] as the last.
    pub table: Outcome,
}

/// A table, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The table.
    Served(Table),
    /// Why there is none.
    Withheld(Reason),
}

impl Outcome {
    /// The table, if there is one.
    pub fn table(&self) -> Option<&Table> {
        match self {
            Self::Served(table) => Some(table),
            Self::Withheld(_) => None,
        }
    }
}

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The release has no such tables.
    Contents,
    /// Too few answers.
    Small,
    /// How many were asked could be computed from it, and is hidden elsewhere.
    Routed,
    /// Some of its answers are known by name.
    Named,
    /// The difference from an earlier release would tell single answers.
    EarlierRelease,
    /// Questions of this kind have no such table.
    Kind,
    /// The audit found that a hidden count could be computed.
    Audit,
}

/// Counts of respondents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The number of the release that first had it. One that may not be renewed is repeated as it was.
    pub number: u32,
    /// The instant whose submissions it counts.
    pub as_of: String,
    /// The codes of the cells of each row, in order. That of a band has the codes of its options with `+` between.
    pub columns: Vec<String>,
    /// The rows; [`ALL`] is the last.
    pub rows: Vec<Row>,
}

impl Table {
    /// Whether it was new in a release with this number and instant. A preview may have the number of the release that
    /// follows it, and never its instant.
    pub fn is_of(&self, number: u32, as_of: &str) -> bool {
        self.number == number && self.as_of == as_of
    }

    /// The row with a key.
    pub fn row(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.key == key)
    }
}

/// The counts of some respondents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// A region, an option of the other question, or [`ALL`].
    pub key: String,
    /// How many respondents it has.
    pub n: u32,
    /// How many of them were asked: of these are shares computed. None where that is hidden.
    pub base: Option<u32>,
    /// The counts, in the order of the columns.
    pub cells: Vec<Cell>,
    /// The option, or the number, that halves the answers in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<String>,
    /// How many answered an option of a scale or a higher one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<AtLeast>,
    /// How many answered one of several neighbouring options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
}

impl Row {
    /// Whether every count is shown.
    pub fn is_whole(&self) -> bool {
        self.cells.iter().all(|cell| cell.count.is_some())
    }

    /// The count in a column, where it is shown.
    pub fn count(&self, option: &str) -> Option<u32> {
        self.cells.iter().find(|cell| cell.option == option)?.count
    }
}

/// A count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The code of the column.
    pub option: String,
    /// How many; none where hidden.
    pub count: Option<u32>,
}

/// How many answered an option or a higher one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtLeast {
    /// The option.
    pub option: String,
    /// How many.
    pub count: u32,
}

/// How many answered one of several options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The options.
    pub options: Vec<String>,
    /// How many.
    pub count: u32,
}
