//! Types of tasks: what waits, one by one and counted.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::appointments::Role;
use crate::db::Id;
use crate::db::id::SqlId;
use crate::db::timestamp::SqlTimestamp;
use crate::time::Timestamp;

crate::text_enum! {
    /// What kind of thing waits, the most urgent first.
    pub enum TaskKind {
        /// Responses that somebody asked the reader to approve.
        Approvals = "approvals",
        /// Applications of the public form, to decide on.
        Applications = "applications",
        /// Other appointments to decide on.
        Pending = "pending",
        /// Entries that were not confirmed in time.
        Unconfirmed = "unconfirmed",
        /// Applications that lack information.
        Incomplete = "incomplete",
        /// Invitations that were not answered.
        Invited = "invited",
        /// Open rounds of surveys that an organisation of the reader has not answered.
        Surveys = "surveys",
        /// Sections of responses that the reader was asked to fill in and that nobody called ready.
        Sections = "sections",
        /// Requests for more time in a round of a survey, to decide.
        Extensions = "extensions",
        /// Announcements to approve.
        Announcements = "announcements",
        /// Listed contacts to whose address no announcement goes, since mail came back.
        Bounced = "bounced",
        /// Reports about mails that were not understood.
        Reports = "reports",
        /// Webhooks that fail.
        Webhooks = "webhooks",
    }
}

/// A thing that waits.
#[derive(Clone, Debug, QueryableByName)]
pub struct Item {
    /// Its kind.
    #[diesel(sql_type = Text)]
    pub kind: TaskKind,
    /// Its id.
    #[diesel(sql_type = SqlId)]
    pub id: Id,
    /// The application from which an appointment came; the round of a request for more time, or of a response to
    /// approve.
    #[diesel(sql_type = Nullable<SqlId>)]
    pub application: Option<Id>,
    /// The role, where it is about a person.
    #[diesel(sql_type = Nullable<Text>)]
    pub role: Option<Role>,
    /// The code of the organisation, where it is about a person.
    #[diesel(sql_type = Nullable<Text>)]
    pub organisation: Option<String>,
    /// The name of the person, or what the thing is called; none where it has no name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// Since when it waits.
    #[diesel(sql_type = SqlTimestamp)]
    pub since: Timestamp,
    /// The first day by which a part of it is due.
    #[diesel(sql_type = Nullable<Text>)]
    pub due_on: Option<String>,
    /// The time zone of that day.
    #[diesel(sql_type = Nullable<Text>)]
    pub zone: Option<String>,
}

/// How many things of a kind wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Queue {
    /// Their kind.
    #[diesel(sql_type = Text)]
    pub kind: TaskKind,
    /// How many; no more than [`super::COUNTED`] are counted.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Since when the oldest waits.
    #[diesel(sql_type = SqlTimestamp)]
    pub since: Timestamp,
}

/// What waits for a person.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The things, the oldest first: of each kind as many as were asked for.
    pub items: Vec<Item>,
    /// How many wait for a deed of the person: what the menu says.
    pub total: i64,
}

/// What a reader is shown.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The reader.
    pub(super) reader: Id,
    /// The kinds of things, in order.
    pub(super) kinds: Vec<TaskKind>,
    /// Whether it is about all organisations, or about those that the reader coordinates.
    pub(super) is_everywhere: bool,
    /// Whether the menu of the reader has a place for tasks.
    pub(super) is_in_menu: bool,
}
