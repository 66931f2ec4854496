//! Releases: requests, lists and rows.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use survey_results::{Audience, Contents, Release};
use utoipa::ToSchema;

use crate::db::schema::survey_release;
use crate::db::{Document, Id};
use crate::surveys::Titles;
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

impl From<Audience> for ReleaseAudience {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Public => Self::Public,
            Audience::Members => Self::Members,
        }
    }
}

impl From<Contents> for ReleaseContents {
    fn from(contents: Contents) -> Self {
        match contents {
            Contents::Rates => Self::Rates,
            Contents::Totals => Self::Totals,
            Contents::Tables => Self::Tables,
        }
    }
}

/// Options that are told together, by question.
pub type GivenBands = BTreeMap<String, Vec<Vec<String>>>;

/// A release to be previewed or published.
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
    /// By the code of a question or of a row: neighbouring options that the table by region tells together. They are
    /// those of the round from its first preview or release with tables on.
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
    /// Each hidden figure, with a reason that follows from what the release tells: nobody learns more of it.
    pub hidden: Vec<HiddenFigure>,
    /// What its entity tag is made of.
    #[serde(skip)]
    pub(super) stamp: String,
}

impl ReleasePreview {
    /// What a publication names as the preview that was seen.
    #[must_use]
    pub fn stamp(&self) -> impl Serialize + '_ {
        &self.stamp
    }
}

crate::text_enum! {
    /// Why a figure is hidden.
    pub enum HiddenBecause {
        /// The row has too few respondents.
        FewRespondents = "few_respondents",
        /// It is small, or a small one could be computed from it: which of the two is told to nobody.
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

/// Where the JSON of a release or of a preview is stored. It may have megabytes, so it is read by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Artefact {
    /// A release, by its id.
    Release(Id),
    /// A preview, by its round and its number.
    Preview(Id, i32),
}

/// How much a release or a preview tells, of which instant, and what its tables by region tell together.
#[derive(Clone, Debug)]
pub(super) struct ContentRow {
    pub(super) artefact: Artefact,
    pub(super) contents: ReleaseContents,
    pub(super) as_of: Timestamp,
    pub(super) bands: Document<GivenBands>,
    /// The submissions that it counts; none where it was published before they were kept.
    pub(super) counted: Option<Document<Vec<Id>>>,
}

/// The same of a row, without its key.
pub(super) type ContentColumns = (ReleaseContents, Timestamp, Document<GivenBands>);

/// Which submissions a release counted, as far as it was written down.
pub(super) type CountedColumn = Option<Document<Vec<Id>>>;

/// A release in a list over all rounds: with the code and the titles of its survey, and the opening and
/// the time zone of its round.
pub(super) type ListedRow = (ReleaseRow, String, Document<Titles>, Timestamp, String);

/// A release to be stored.
#[derive(Clone, Debug)]
pub(super) struct NewRelease {
    pub(super) release: Release,
    pub(super) audience: ReleaseAudience,
    pub(super) contents: ReleaseContents,
    pub(super) as_of: Timestamp,
    pub(super) bands: GivenBands,
    pub(super) counted: Vec<Id>,
    pub(super) artefact: String,
    pub(super) sha256: String,
}
