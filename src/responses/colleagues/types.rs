//! Who is asked to fill in what, what colleagues say to each other, and who is there.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::{response_assignment, response_comment};
use crate::responses::people::Colleague;
use crate::time::{Day, Timestamp};

/// Who is to fill in a section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAssignment {
    /// The code of the section.
    pub section: String,
    /// The account of the colleague.
    #[schema(value_type = String)]
    pub person: Id,
    /// The day by which it is due, as YYYY-MM-DD.
    #[serde(default)]
    #[schema(format = Date)]
    pub due_on: Option<String>,
}

/// All assignments of a response; those that are left out end.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAssignments {
    /// Each section and person once: 500 at most.
    pub data: Vec<GivenAssignment>,
}

/// Who is asked to fill in a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignment {
    /// The section.
    pub section: String,
    /// Who is asked.
    pub person: Colleague,
    /// The day by which it is due.
    #[schema(format = Date)]
    pub due_on: Option<String>,
    /// Whether that day has passed, by the clocks of the round's zone, and the section is not called ready.
    pub is_overdue: bool,
    /// Who asked.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The assignments of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssignmentList {
    /// By section.
    pub data: Vec<Assignment>,
    /// The colleagues who can be asked.
    pub candidates: Vec<Colleague>,
}

/// A comment to be written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenComment {
    /// The code of the question.
    pub question: String,
    /// The text; at most 2,000 characters.
    pub text: String,
}

/// A comment on a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comment {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The question.
    pub question: String,
    /// Who wrote it.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What it says.
    pub text: String,
}

/// A sign that somebody has a section open.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenPresence {
    /// The code of the section; left out when the person leaves.
    #[serde(default)]
    pub section: Option<String>,
}

/// A colleague who has a section open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Present {
    /// Who.
    pub person: Colleague,
    /// The section.
    pub section: String,
    /// The last sign, at most a minute ago.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
}

/// Who else is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PresentList {
    /// The colleagues, the reader left out: 100 at most.
    pub data: Vec<Present>,
}

/// An assignment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_assignment, treat_none_as_default_value = false)]
pub(in crate::responses) struct AssignmentRow {
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) section: String,
    pub(in crate::responses) user_id: Id,
    pub(in crate::responses) due_on: Option<String>,
    pub(in crate::responses) assigned_at: Timestamp,
    pub(in crate::responses) assigned_by: Id,
    /// When it is looked at next, to remind of the day.
    pub(in crate::responses) remind_at: Option<Timestamp>,
}

impl AssignmentRow {
    /// The day by which it is due.
    pub(in crate::responses) fn due_day(&self) -> Option<Day> {
        self.due_on.as_deref().and_then(Day::parse)
    }
}

/// A comment as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_comment)]
pub(in crate::responses) struct CommentRow {
    pub(in crate::responses) id: Id,
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) question: String,
    pub(in crate::responses) written_by: Id,
    pub(in crate::responses) written_at: Timestamp,
    pub(in crate::responses) text: String,
}
