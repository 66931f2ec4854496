//! Applications: as they are sent, stored and shown.

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{appointment, registration};
use crate::db::{Document, Id};
use crate::directory::Details;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::time::Timestamp;

crate::text_enum! {
    /// Where an application stands.
    pub enum RegistrationStatus {
        /// The address is not verified yet.
        Unverified = "unverified",
        /// Waits for the Secretariat.
        Pending = "pending",
        /// Approved.
        Approved = "approved",
        /// Rejected.
        Rejected = "rejected",
        /// Another application for the same address came first.
        Superseded = "superseded",
    }
}

/// To apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Work address.
    #[schema(example = "awa.diop@douanes.example")]
    pub email: String,
    /// The person's name.
    #[schema(example = "Awa Diop")]
    pub name: String,
    /// Code of the member: ISO 3166-1 alpha-2.
    #[schema(example = "SN")]
    pub organisation: String,
    /// `ncp` or `coordinator`.
    pub role: Role,
    /// Title of the post.
    #[serde(default)]
    pub job_title: Option<String>,
    /// Work telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    #[serde(default)]
    #[schema(example = json!(["fr", "en"]))]
    pub languages: Option<Vec<String>>,
    /// The language to be written to; the member's where it is left out.
    #[serde(default)]
    pub preferred_language: Option<Language>,
    /// Who nominated the person.
    #[serde(default)]
    pub nominating_official: Option<String>,
    /// Reference of the letter of nomination.
    #[serde(default)]
    pub nomination_reference: Option<String>,
}

/// An application whose every field is good.
#[derive(Clone, Debug)]
pub struct Application {
    pub(super) email: EmailAddress,
    pub(super) name: String,
    pub(super) organisation: String,
    pub(super) role: Role,
    pub(super) details: Details,
    pub(super) preferred_language: Option<Language>,
    pub(super) nominating_official: Option<String>,
    pub(super) nomination_reference: Option<String>,
}

/// To verify an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// What the mailed link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
    /// For a new account: 15 to 128 characters, of any kind. Who has an account keeps its password, whatever is sent here.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<SecretString>,
}

/// What a link that verifies an address leads to.
#[derive(Debug)]
pub(crate) struct LinkView {
    /// The address.
    pub(crate) email: String,
    /// Whose application it is, as it was entered.
    pub(crate) name: String,
    /// The member in English.
    pub(crate) organisation_en: String,
    /// The member in French.
    pub(crate) organisation_fr: String,
    /// As what the person applies.
    pub(crate) role: Role,
    /// What the contact of a new account will say; nothing where there is an account, whose own contacts are taken over.
    pub(crate) details: Details,
    /// Who is said to have nominated the person.
    pub(crate) nominating_official: Option<String>,
    /// The reference of the letter of nomination, as it was entered.
    pub(crate) nomination_reference: Option<String>,
    /// Whether a new account comes of it, for which a password is chosen.
    pub(crate) needs_password: bool,
}

/// Where an application stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    /// `pending` after the address was verified.
    pub status: RegistrationStatus,
    /// Whether an account came into being. If not, the address had one, whose name and password stay as they are.
    pub new_account: bool,
}

/// To approve.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveRegistration {
    /// The `version` of the application that was read: a decision on another version is refused.
    #[serde(default)]
    pub version: Option<String>,
}

/// To reject.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// Why; the applicant reads it.
    pub reason: String,
    /// The `version` of the application that was read: a decision on another version is refused.
    #[serde(default)]
    pub version: Option<String>,
}

/// A decision on an application.
#[derive(Debug)]
pub struct Decision {
    /// Why it is rejected; none where it is approved.
    pub reason: Option<String>,
    /// The version that was read, where the officer names it.
    pub version: Option<String>,
}

/// What one may ask of the list of applications.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistrationQuery {
    /// Where they stand; `pending` where it is left out.
    #[serde(default)]
    pub status: Vec<RegistrationStatus>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An application as it is read.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = registration)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) status: RegistrationStatus,
    pub(super) organisation_id: Id,
    pub(super) role: Role,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) job_title: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) languages: Document<Vec<String>>,
    pub(super) preferred_language: Language,
    pub(super) nominating_official: Option<String>,
    pub(super) nomination_reference: Option<String>,
    pub(super) user_id: Option<Id>,
    pub(super) created_at: Timestamp,
    pub(super) verified_at: Option<Timestamp>,
}

/// What became of an application: where its appointment stands.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = appointment)]
pub(super) struct Outcome {
    pub(super) id: Id,
    pub(super) status: AppointmentStatus,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) reason: Option<String>,
}

/// An application with the code of its member and, once the address is verified, its appointment.
#[derive(Clone, Debug, Queryable)]
pub(super) struct ApplicationRecord {
    pub(super) row: Row,
    pub(super) organisation: String,
    pub(super) outcome: Option<Outcome>,
}

impl ApplicationRecord {
    /// Where the application stands.
    pub(super) fn standing(&self) -> RegistrationStatus {
        self.outcome.as_ref().map_or(self.row.status, |outcome| RegistrationStatus::of(outcome.status))
    }

    /// The appointment that waits for a decision, where one does.
    pub(super) fn undecided(&self) -> Option<Id> {
        let is_pending = |outcome: &&Outcome| RegistrationStatus::of(outcome.status) == RegistrationStatus::Pending;
        self.outcome.as_ref().filter(is_pending).map(|outcome| outcome.id)
    }
}

impl RegistrationStatus {
    /// Where an application stands whose appointment stands here.
    #[must_use]
    pub const fn of(status: AppointmentStatus) -> Self {
        match status {
            AppointmentStatus::Invited | AppointmentStatus::Incomplete | AppointmentStatus::Pending => Self::Pending,
            AppointmentStatus::Rejected | AppointmentStatus::Lapsed | AppointmentStatus::Withdrawn => Self::Rejected,
            AppointmentStatus::Active
            | AppointmentStatus::Unconfirmed
            | AppointmentStatus::Suspended
            | AppointmentStatus::Expired
            | AppointmentStatus::Replaced
            | AppointmentStatus::Ended => Self::Approved,
        }
    }
}

/// What an approval puts in force: the applicant may have changed it since the application was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CurrentValues {
    /// Work address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Title of the post.
    pub job_title: Option<String>,
    /// Work telephone.
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    pub languages: Vec<String>,
    /// Codes of technologies.
    pub technologies: Vec<String>,
    /// Who nominated the person.
    pub nominating_official: Option<String>,
    /// Reference of the letter of nomination.
    pub nomination_reference: Option<String>,
    /// The day that the letter bears.
    #[schema(format = Date)]
    pub nomination_date: Option<String>,
    /// The SHA-256 of the letter, in hexadecimal digits, where it was handed in.
    pub letter_sha256: Option<String>,
}

/// An application as the Secretariat sees it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The applicant's account, once the address is verified.
    #[schema(value_type = Option<String>)]
    pub user_id: Option<Id>,
    /// Where it stands.
    pub status: RegistrationStatus,
    /// Code of the member.
    pub organisation: String,
    /// As what the person applies.
    pub role: Role,
    /// Work address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Title of the post.
    pub job_title: Option<String>,
    /// Work telephone.
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    pub languages: Vec<String>,
    /// The language to be written to.
    pub preferred_language: Language,
    /// Who nominated the person.
    pub nominating_official: Option<String>,
    /// Reference of the letter of nomination.
    pub nomination_reference: Option<String>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the address was verified.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    /// When it was decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// What an approval puts in force, while it is pending; the fields beside say what was sent.
    pub current: Option<CurrentValues>,
    /// The version of `current`, for the decision.
    pub version: Option<String>,
    /// Where its appointment stands, which pages say.
    #[serde(skip)]
    pub appointment_status: Option<AppointmentStatus>,
}
