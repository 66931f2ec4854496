//! Types of the life cycle: rows, requests and answers.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::appointments::{AppointmentStatus, Event, Role};
use crate::db::Id;
use crate::i18n::Language;
use crate::policy::{FieldAudience, Owned};
use crate::time::Timestamp;

/// Whom an appointment is for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// The person; null while it is an invitation.
    #[schema(value_type = Option<String>)]
    pub id: Option<Id>,
    /// The name.
    pub name: String,
    /// When the person last changed it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub name_changed_at: Option<Timestamp>,
    /// The name before, for a month.
    pub previous_name: Option<String>,
    /// Since when the person is to choose another one, since only the Secretariat may bear it: until then the directory
    /// shows no contact.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub name_flagged_at: Option<Timestamp>,
    /// The address; null where the reader may not see it. The person and the Secretariat see it, officers of the organisation
    /// while an invitation or application is open, after that whoever the person shows it to, and once it is over nobody else.
    pub email: Option<String>,
}

/// What is known of the person of an appointment beside name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonDetails {
    /// The contact in the directory, where it is listed.
    pub contact: Option<Id>,
    /// The title of the post.
    pub job_title: Option<String>,
    /// The telephone.
    pub phone: Option<String>,
}

/// What is stored of the person of an appointment beside name and address, with what decides who sees it.
pub enum StoredDetails {
    /// A contact in the directory.
    Entry {
        /// It, where it is listed.
        listed: Option<Id>,
        /// What the audiences refer to.
        owned: Owned,
        /// The title of the post, and its audience.
        job_title: (Option<String>, FieldAudience),
        /// The telephone, and its audience.
        phone: (Option<String>, FieldAudience),
    },
    /// An invitation, whose fields have no audience yet.
    Invitation {
        /// Whether a coordinator of the organisation typed them; otherwise the Secretariat did.
        is_own: bool,
        /// The title of the post.
        job_title: Option<String>,
        /// The telephone.
        phone: Option<String>,
    },
}

/// The people that were looked for: those of one page, and how many there are.
#[derive(Default)]
pub struct FoundPeople {
    /// The appointments of the page by the names of their people, each with the key of the name.
    pub rows: Vec<(String, AppointmentView)>,
    /// How many appointments all pages have; no more than [`MOST_COUNTED`] and one are counted, and none of a search.
    pub total: Option<usize>,
}

/// Appointments of a list that are counted.
pub const MOST_COUNTED: usize = 1_000;

/// The entry that the link of a reminder confirms.
pub struct AskedEntry {
    /// As what.
    pub role: Role,
    name_en: String,
    name_fr: String,
}

impl AskedEntry {
    /// Of a role at an organisation with these names.
    pub(super) fn new(role: Role, [name_en, name_fr]: [&str; 2]) -> Self {
        Self { role, name_en: name_en.to_owned(), name_fr: name_fr.to_owned() }
    }

    /// The organisation in the reader's language.
    #[must_use]
    pub fn organisation(&self, language: Language) -> &str {
        if language == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// An event and who causes it.
#[derive(Clone, Copy)]
pub struct Transition<'a> {
    /// The event.
    pub event: Event,
    /// The actor; none for a task of the timetable.
    pub by: Option<Id>,
    /// The reason that was given.
    pub reason: Option<&'a str>,
    /// Whether the holder's account is going to be erased with it.
    pub leaves: bool,
}

impl<'a> Transition<'a> {
    /// An event that a person causes.
    #[must_use]
    pub fn by(event: Event, who: Id, reason: Option<&'a str>) -> Self {
        Self { event, by: Some(who), reason, leaves: false }
    }

    /// An event of the timetable.
    #[must_use]
    pub fn timed(event: Event) -> Self {
        Self { event, by: None, reason: None, leaves: false }
    }
}

/// An appointment as officers and its holder see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Code of the organisation.
    pub organisation: String,
    /// As what.
    pub role: Role,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Since when it stands there.
    #[schema(value_type = String, format = DateTime)]
    pub status_since: Timestamp,
    /// Whom it is for.
    pub person: PersonView,
    /// When it came into force.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
    /// When it ends, or ended: the first instant at which it holds no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_to: Option<Timestamp>,
    /// The last day, in UTC, on which it holds: what people say of `valid_to`.
    #[schema(format = Date, example = "2027-06-30")]
    pub last_day: Option<String>,
    /// When the contact was last confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// By when it is to be confirmed next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirm_by: Option<Timestamp>,
    /// When somebody last decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// What was said about it.
    pub reason: Option<String>,
    /// The successor's appointment.
    #[schema(value_type = Option<String>)]
    pub replaced_by: Option<Id>,
    /// The version of the nomination, the title and the telephone, while a decision on them is due; null for whoever may not
    /// read the nomination.
    pub evidence_version: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// What the reader can do to it now: the last parts of the routes.
    pub possible: Vec<Deed>,
}

/// The query of the list of appointments.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentQuery {
    /// Where they stand; several are OR.
    #[serde(default)]
    pub status: Vec<AppointmentStatus>,
    /// Code of a member.
    #[serde(default)]
    pub member: Vec<String>,
    /// As what; several are OR.
    #[serde(default)]
    pub role: Vec<Role>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

crate::text_enum! {
    /// The actions of people on an appointment, by the last part of the route.
pub enum Deed {
        /// Put it in force.
        Approve = "approve",
        /// Refuse it.
        Reject = "reject",
        /// Request missing information from the applicant.
        RequestInfo = "request-info",
        /// Submit the completed nomination.
        Submit = "submit",
        /// Take an invitation or an application back.
        Withdraw = "withdraw",
        /// Confirm the contact.
        Confirm = "confirm",
        /// Put it out of force for now.
        Suspend = "suspend",
        /// Put it in force again.
        Reinstate = "reinstate",
        /// Hand it over to a successor.
        Replace = "replace",
        /// Cancel a hand-over whose days are not over.
        CancelHandOver = "cancel-hand-over",
        /// End it.
        Resign = "resign",
    }
}

impl Deed {
    /// The event that it causes or undoes: both need the same right.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::Approve => Event::Approve,
            Self::Reject => Event::Reject,
            Self::RequestInfo => Event::RequestInfo,
            Self::Submit => Event::Submit,
            Self::Withdraw => Event::Withdraw,
            Self::Confirm => Event::Confirm,
            Self::Suspend => Event::Suspend,
            Self::Reinstate => Event::Reinstate,
            Self::Replace | Self::CancelHandOver => Event::Replace,
            Self::Resign => Event::Resign,
        }
    }
}

/// To do something to an appointment.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Why. The person reads it. Needed to reject, to ask for information and to suspend.
    #[serde(default)]
    pub reason: Option<String>,
}

/// To hand an appointment over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// The successor's appointment: at the same organisation in the same role, in force or pending.
    #[schema(value_type = String)]
    pub successor: Id,
    /// Days for which both are in force, 0 to 30; none where it is left out.
    #[serde(default)]
    pub overlap_days: Option<u64>,
    /// Why. Both read it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// To appoint somebody who has an account, or to apply for oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appoint {
    /// Code of the member.
    #[schema(example = "SN")]
    pub organisation: String,
    /// As what.
    pub role: Role,
    /// Whom; oneself where it is left out, and then it waits for approval.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub user_id: Option<Id>,
    /// Until when, where the mandate has an end.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_to: Option<Timestamp>,
}

/// A change of an appointment. What is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppointmentChange {
    /// The end of the mandate; null takes it away.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_to: Option<Option<Timestamp>>,
}

/// The link of a reminder.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmLink {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
}
