//! Responses: how they stand, what their people see of them, and their rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::*;
use questionnaire::Questionnaire;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{SheetAnswer, TakenFrom};
use super::colleagues::{Assignment, Comment, Present};
use super::people::DoneBy;
use crate::db::Id;
use crate::db::schema::response;
use crate::rounds::ResponseState;
use crate::time::Timestamp;

/// What a person may do with a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponseRights {
    /// Write in every section; otherwise in those that are assigned alone.
    pub write_all: bool,
    /// Assign sections, ask for a review, and submit what is approved.
    pub lead: bool,
    /// Approve, return, reopen and withdraw.
    pub sign: bool,
}

/// The response of an organisation in a round, as its people see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the answer that programs read")]
pub struct OwnResponse {
    /// Its id; none where nothing was written yet.
    #[schema(value_type = Option<String>)]
    pub id: Option<Id>,
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// The code of the survey.
    pub survey: String,
    /// The version of the questionnaire.
    pub version: i32,
    /// The code of the organisation.
    #[schema(example = "SN")]
    pub organisation: String,
    /// How it stands.
    pub state: ResponseState,
    /// The effective deadline: the first instant at which it is not accepted.
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Timestamp,
    /// The time zone of the round.
    #[schema(example = "Europe/Brussels")]
    pub zone: String,
    /// Whether answers can be written now: before the deadline of an open round, and not while it is submitted.
    pub is_writable: bool,
    /// Whether it is accepted now if it is submitted.
    pub is_accepted: bool,
    /// Whether it counts as late if it is submitted now.
    pub is_late: bool,
    /// What the reader may do.
    pub rights: ResponseRights,
    /// Who asked for a review.
    pub review_requested: Option<DoneBy>,
    /// Who approved it.
    pub approved: Option<DoneBy>,
    /// Whether the approval lets the members see answers to questions for the community, where the questionnaire does
    /// not ask for that.
    pub approval_shares: bool,
    /// Whose change ended an approval, or whose approval does not count any more, until the next one.
    pub approval_cancelled: Option<DoneBy>,
    /// Why it ended.
    pub approval_cancelled_cause: Option<ApprovalEnd>,
    /// Who changed an answer last.
    pub last_edited: Option<DoneBy>,
    /// How many submissions there are.
    pub submissions: i32,
    /// The entity tag that a step names as `If-Match`, in quotation marks: it changes with every answer and every step.
    /// None where nothing was written yet, and for whoever reaches some sections alone.
    pub tag: Option<String>,
    /// How many changes of answers there were: the number of the newest entry of the history.
    #[serde(skip)]
    pub(in crate::responses) edits: i32,
    /// Whether another one approves, since the reader changed it last.
    #[serde(skip)]
    pub(in crate::responses) another_approves: bool,
}

crate::text_enum! {
    /// Why an approval ended.
    pub enum ApprovalEnd {
        /// An answer was changed.
        Edited = "edited",
        /// Whoever gave it does not sign any more.
        ApproverLeft = "approver_left",
        /// The session in which it was given was ended.
        CredentialRevoked = "credential_revoked",
    }
}

crate::text_enum! {
    /// How far a section is.
    pub enum SectionState {
        /// It is not asked: earlier answers rule it out, or are not given yet.
        CannotStart = "cannot_start",
        /// It has no answers.
        NotStarted = "not_started",
        /// It has some.
        InProgress = "in_progress",
        /// Somebody says that it is ready, and nothing is missing.
        Ready = "ready",
        /// An answer in it is not right, or it was called ready and something is missing.
        Fault = "fault",
    }
}

/// A section of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SectionStanding {
    /// Its code.
    pub code: String,
    /// How far it is.
    pub state: SectionState,
    /// Whether the reader may write in it.
    pub may_write: bool,
    /// Questions and rows that are asked.
    pub asked: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those whose due answer is missing.
    pub missing: usize,
    /// Those whose answer is not right.
    pub faults: usize,
    /// Those whose answer was taken over and is not confirmed.
    pub unconfirmed: usize,
    /// Who called it ready.
    pub done: Option<DoneBy>,
}

/// All of a response that its reader may see: for a contributor, the assigned sections alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseSheet {
    /// How it stands.
    pub response: OwnResponse,
    /// The questionnaire.
    #[serde(skip)]
    pub questionnaire: Arc<Questionnaire>,
    /// Sections, groups, notes and questions that are shown by the rules, by their codes: of the sections that the
    /// reader reaches.
    pub shown: BTreeSet<String>,
    /// The answers.
    pub answers: Vec<SheetAnswer>,
    /// The sections, in order.
    pub sections: Vec<SectionStanding>,
    /// Who is asked to fill in what.
    pub assignments: Vec<Assignment>,
    /// The newest comments, in the order in which they were written: 500 at most.
    pub comments: Vec<Comment>,
    /// Who has which section open.
    pub present: Vec<Present>,
    /// The submission of the last round.
    pub earlier: Option<TakenFrom>,
}

/// A word about a decision.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseReason {
    /// Why; at most 1,000 characters, without web addresses and e-mail addresses.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What an approval covers beside the answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenApproval {
    /// Whether the members may see the answers to questions for the community, whoever submits.
    #[serde(default)]
    pub share: bool,
}

/// A section that is called ready, or no longer.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSectionState {
    /// Whether it is ready.
    pub is_done: bool,
}

/// A response as it is stored. Its entity tag is made of all of it.
#[derive(Clone, Debug, Serialize, Queryable, Selectable)]
#[diesel(table_name = response)]
pub(super) struct ResponseRow {
    pub(super) id: Id,
    pub(super) round_id: Id,
    pub(super) organisation_id: Id,
    pub(super) state: ResponseState,
    pub(super) edits: i32,
    /// Bytes of all present answers.
    pub(super) answer_bytes: i64,
    /// Bytes of all values of the history.
    pub(super) history_bytes: i64,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) requested_by: Option<Id>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) approved_by: Option<Id>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) cancelled_by: Option<Id>,
    pub(super) prefilled_from: Option<Id>,
    /// The session in which it was approved.
    pub(super) approved_with: Option<Id>,
    pub(super) approved_shares: bool,
    pub(super) cancelled_cause: Option<ApprovalEnd>,
}

/// What a step of the review changes.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = response)]
#[diesel(treat_none_as_null = true)]
pub(super) struct ReviewRow {
    pub(super) state: ResponseState,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) requested_by: Option<Id>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) approved_by: Option<Id>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) cancelled_by: Option<Id>,
    pub(super) approved_with: Option<Id>,
    pub(super) approved_shares: bool,
    pub(super) cancelled_cause: Option<ApprovalEnd>,
}
