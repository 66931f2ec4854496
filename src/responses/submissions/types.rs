//! Submissions and their receipts.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::submission;
use crate::members::Region;
use crate::surveys::Titles;
use crate::time::Timestamp;

/// What an administration agrees to when it submits.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSubmission {
    /// Whether the members may see the answers to questions for the community, also where the approval does not say
    /// so; whoever signs may say so.
    #[serde(default)]
    pub share: bool,
    /// Whether the answers about technologies become the adoption that the directory shows; a coordinator may say so.
    #[serde(default)]
    pub adopt: bool,
}

crate::text_enum! {
    /// How a submission stands.
    pub enum ReceiptState {
        /// It counts.
        Valid = "valid",
        /// A later submission counts in its place.
        Superseded = "superseded",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

/// What anybody may know of a submission: no answers, no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// The SHA-256 of what was submitted, in hexadecimal digits.
    pub sha256: String,
    /// How it stands.
    pub state: ReceiptState,
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// The code of the survey.
    pub survey: String,
    /// The titles of the survey, for pages.
    #[serde(skip)]
    pub(in crate::responses) titles: Titles,
    /// The version of the questionnaire.
    pub version: i32,
    /// The SHA-256 of the questionnaire.
    pub version_sha256: String,
    /// The code of the organisation, if the round says in public who takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// When it was submitted.
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
    /// The time zone of the round.
    pub zone: String,
    /// Counts the submissions of a response.
    pub number: i32,
    /// Whether it came after the general deadline, under a grant.
    pub is_late: bool,
    /// The number of the submission that counts in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<i32>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn_at: Option<Timestamp>,
}

/// The receipts of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptList {
    /// The newest first: 100 at most.
    pub data: Vec<Receipt>,
}

/// What was submitted, as the administration downloads it.
#[derive(Debug)]
pub struct SubmissionFile {
    /// The name of the file, without its ending.
    pub name: String,
    /// The bytes that the receipt names.
    pub content: String,
}

/// The answers of an organisation at an instant, for results.
#[derive(Clone, Debug)]
pub struct CountedSubmission {
    /// The organisation.
    pub organisation: Id,
    /// Its region on the day on which the round opened.
    pub region: Option<Region>,
    /// The number of its submission.
    pub number: i32,
    /// The SHA-256 of what was submitted.
    pub sha256: String,
    /// Whether the members may see the answers to questions for the community.
    pub shares_answers: bool,
    /// The answers to asked questions by code, those of a matrix by row.
    pub answers: Map<String, Value>,
}

/// A page of submissions that count at an instant.
#[derive(Clone, Debug)]
pub struct SubmissionPage {
    /// In the order of the ids of their organisations.
    pub data: Vec<CountedSubmission>,
    /// The organisation after which the next page begins; none where this is the last one.
    pub next: Option<Id>,
}

/// A submission as it is stored, without its content.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = submission)]
pub(in crate::responses) struct SubmissionRow {
    pub(in crate::responses) id: Id,
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) number: i32,
    pub(in crate::responses) round_id: Id,
    pub(in crate::responses) organisation_id: Id,
    pub(in crate::responses) submitted_at: Timestamp,
    pub(in crate::responses) submitted_by: Id,
    pub(in crate::responses) is_late: bool,
    pub(in crate::responses) grant_id: Option<Id>,
    pub(in crate::responses) shares_answers: bool,
    pub(in crate::responses) superseded_at: Option<Timestamp>,
    pub(in crate::responses) withdrawn_at: Option<Timestamp>,
    pub(in crate::responses) sha256: String,
}
