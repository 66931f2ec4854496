//! Reminders: requests, answers and rows.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::round_reminder;
use crate::db::{Document, Id};
use crate::rounds::types::ResponseState;
use crate::time::Timestamp;

/// A reminder to be sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenReminder {
    /// The states of the responses whose people are reminded: `not_started`, `draft`, `in_review`, `approved`,
    /// `reopened`, `withdrawn`.
    pub states: Vec<ResponseState>,
    /// A word of the Secretariat, which the mail quotes.
    #[serde(default)]
    pub text: Option<String>,
    /// Whether it is only told who would be reminded.
    #[serde(default)]
    pub dry_run: bool,
    /// How many people the dry run told: to more than these nothing is sent.
    #[serde(default)]
    pub people: Option<usize>,
}

/// The people of an organisation who are reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RemindedOrganisation {
    /// Its code.
    #[schema(example = "SN")]
    pub organisation: String,
    /// How its response stands.
    pub state: ResponseState,
    /// How many people. A person of several organisations is counted at one.
    pub people: usize,
}

/// A reminder, or what it would be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReminderOutcome {
    /// The reminder; none of a dry run.
    #[schema(value_type = Option<String>)]
    pub reminder: Option<Id>,
    /// How many people.
    pub people: usize,
    /// Organisations to be reminded that nobody could be written to for.
    pub without_people: Vec<String>,
    /// Each organisation, in the order of the codes.
    pub data: Vec<RemindedOrganisation>,
}

/// A reminder that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SentReminder {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// Days before the deadline, of the calendar.
    pub days: Option<i32>,
    /// The deadline that it was about, of the calendar and of the mail at the opening, which has no days.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Timestamp>,
    /// The states.
    pub states: Vec<ResponseState>,
    /// The word of the Secretariat.
    pub text: Option<String>,
    /// To how many people.
    pub people: i64,
}

/// Reminders that were sent, with the mail at the opening.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderList {
    /// The newest first: 200 at most.
    pub data: Vec<SentReminder>,
}

/// A reminder as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = round_reminder)]
pub(in crate::rounds) struct ReminderRow {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) days: Option<i32>,
    pub(in crate::rounds) deadline: Option<Timestamp>,
    pub(in crate::rounds) states: Document<Vec<ResponseState>>,
    pub(in crate::rounds) words: Option<String>,
    pub(in crate::rounds) sent_at: Timestamp,
    /// The last appointment whose holder was considered; none where all were.
    pub(in crate::rounds) told_after: Option<Id>,
}

/// A reminder to be stored.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct NewReminder {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) round: Id,
    pub(in crate::rounds) days: Option<i32>,
    pub(in crate::rounds) deadline: Option<Timestamp>,
    pub(in crate::rounds) states: Vec<ResponseState>,
    pub(in crate::rounds) words: Option<String>,
    pub(in crate::rounds) by: Option<Id>,
}

/// A person to whom a reminder was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::rounds) struct RemindedPerson {
    pub(in crate::rounds) person: Id,
    pub(in crate::rounds) organisation: Id,
    pub(in crate::rounds) state: ResponseState,
}
