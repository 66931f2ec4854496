//! Requests and answers of the profile.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::appointments::HeldAppointment;
use crate::db::Id;
use crate::directory::OwnContact;
use crate::i18n::Language;
use crate::mail::consent::SuppressionReason;
use crate::policy::FieldAudience;
use crate::time::Timestamp;

/// Oneself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// One's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The address one logs in with.
    pub email: String,
    /// One's name.
    pub name: String,
    /// When it was last changed; whoever looks after one's appointments was told.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub name_changed_at: Option<Timestamp>,
    /// Since when it is to be changed, where only the Secretariat may bear it and one is not of the Secretariat any
    /// more: until then the directory does not show one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub name_flagged_at: Option<Timestamp>,
    /// The language one is written to.
    pub preferred_language: Language,
    /// The time zone in which pages show times to one, by its name in the IANA database; UTC where none was chosen.
    pub time_zone: Option<String>,
    /// Every appointment one has had.
    pub appointments: Vec<HeldAppointment>,
    /// What the directory has of one.
    pub contact: Option<OwnContact>,
    /// Why announcements do not reach one: mail came back from the address, or its mail program reported an official notice as
    /// unwanted. To confirm the contact, or to choose a new password by a mailed link, says that the address is right; a
    /// change of address gives another. After a complaint the Secretariat takes the address off the list.
    pub mail_problem: Option<MailProblem>,
}

/// Announcements go to one's address no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailProblem {
    /// Mail came back once and for good, or again and again; or somebody complained.
    pub reason: SuppressionReason,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// A change. What is absent stays; null takes away what may be missing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    /// New name: that of a person, which coordinators, or the Secretariat, are told of. Officers see the one before for a month.
    #[serde(default)]
    pub name: Option<String>,
    /// The language to be written to.
    #[serde(default)]
    pub preferred_language: Option<Language>,
    /// The time zone in which pages show times, by its name in the IANA database.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    #[schema(example = "Africa/Dakar")]
    pub time_zone: Option<Option<String>>,
    /// Title of the post.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    pub job_title: Option<Option<String>>,
    /// Work telephone.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    pub phone: Option<Option<String>>,
    /// Who may see the telephone.
    #[serde(default)]
    pub phone_audience: Option<FieldAudience>,
    /// Who may see the address.
    #[serde(default)]
    pub email_audience: Option<FieldAudience>,
    /// Who may see the title.
    #[serde(default)]
    pub job_title_audience: Option<FieldAudience>,
    /// Who may see the languages.
    #[serde(default)]
    pub languages_audience: Option<FieldAudience>,
    /// Who may see the technologies.
    #[serde(default)]
    pub technologies_audience: Option<FieldAudience>,
    /// Languages spoken, ISO 639-1.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
    /// Technologies one knows about.
    #[serde(default)]
    pub technologies: Option<Vec<String>>,
}
