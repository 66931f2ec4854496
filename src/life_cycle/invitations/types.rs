//! Types of invitations: rows, requests and answers.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::appointments::{Appointment, Role};
use crate::db::schema::invitation;
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::members::Organisation;
use crate::policy::{FieldAudience, Owned};
use crate::time::Timestamp;

/// To invite somebody.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Work address.
    #[schema(example = "awa.diop@douanes.example")]
    pub email: String,
    /// The person's name.
    #[schema(example = "Awa Diop")]
    pub name: String,
    /// Code of the organisation.
    #[schema(example = "SN")]
    pub organisation: String,
    /// As what: `ncp`, `coordinator`, `contributor` or `partner`.
    pub role: Role,
    /// Title of the post.
    #[serde(default)]
    pub job_title: Option<String>,
    /// Work telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
    /// The language to write in; English and French where it is left out.
    #[serde(default)]
    pub language: Option<Language>,
    /// Until when, where the mandate has an end.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_to: Option<Timestamp>,
    /// The appointment that the new one replaces when it is accepted.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub replaces: Option<Id>,
    /// Who nominates the person, by name or office; at most 200 characters.
    #[serde(default)]
    pub nominating_official: Option<String>,
    /// The reference of the letter of nomination; at most 100 characters.
    #[serde(default)]
    pub nomination_reference: Option<String>,
    /// The day that the letter bears, as 2026-11-24. Not in the future.
    #[serde(default)]
    #[schema(format = Date)]
    pub nomination_date: Option<String>,
}

/// An invitation whose every field is good.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as in the form")]
pub struct Invitee {
    pub email: EmailAddress,
    pub name: String,
    pub organisation: String,
    pub role: Role,
    pub job_title: Option<String>,
    pub phone: Option<String>,
    pub languages: Vec<String>,
    pub language: Option<Language>,
    pub valid_to: Option<Timestamp>,
    pub replaces: Option<Id>,
    pub nominating_official: Option<String>,
    pub nomination_reference: Option<String>,
    pub nomination_date: Option<String>,
}

/// An invitation that is possible, as it was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationVerdict {
    /// The organisation.
    pub organisation: Id,
    /// Whether accepting it is enough, or the Secretariat approves.
    pub approved: bool,
}

/// The person and the credential that granted an invitation, and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Who invites.
    pub by: Id,
    /// Whether the inviter could put the person in force.
    pub approved: bool,
    /// The session or API token; none for invitations from before that was recorded.
    pub with: Option<Id>,
}

/// An address, an organisation and a role.
pub(super) type Seat = (String, Id, Role);

/// What invitations are judged by.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The organisations that people can be appointed for, by their codes.
    pub(super) organisations: HashMap<String, Organisation>,
    /// Who has an open invitation.
    pub(super) invited: HashSet<Seat>,
    /// Who has an appointment that is not over.
    pub(super) appointed: HashMap<Seat, Appointed>,
}

/// An appointment that is not over, and who sees the address of its holder.
#[derive(Debug)]
pub(super) struct Appointed {
    pub(super) row: Appointment,
    /// The audience of the address, and relative to what; none if there is no contact.
    pub(super) audience: Option<(FieldAudience, Owned)>,
}

/// The link of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptLink {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
}

/// To accept an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
    /// For a new account: 15 to 128 characters, of any kind. Who has an account keeps its password.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<SecretString>,
    /// The name, where the inviter had it wrong. The inviter and the coordinators hear of it.
    #[serde(default)]
    pub name: Option<String>,
    /// Title of the post.
    #[serde(default)]
    pub job_title: Option<String>,
    /// Work telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
    /// The language to be written to.
    #[serde(default)]
    pub preferred_language: Option<Language>,
}

impl Accept {
    /// To accept with nothing to add.
    #[must_use]
    pub fn of(token: SecretString) -> Self {
        Self {
            token,
            password: None,
            name: None,
            job_title: None,
            phone: None,
            languages: None,
            preferred_language: None,
        }
    }
}

/// What an invitation is to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Whom it is for.
    pub name: String,
    /// At which address.
    pub email: String,
    /// The organisation in English.
    pub organisation_en: String,
    /// The organisation in French.
    pub organisation_fr: String,
    /// As what.
    pub role: Role,
    /// Who invites.
    pub invited_by: String,
    /// Whether accepting makes a new account, for which a password is chosen.
    pub needs_password: bool,
    /// Until when the link is good.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl InvitationView {
    /// The organisation in the reader's language.
    #[must_use]
    pub fn organisation(&self, language: Language) -> &str {
        if language == Language::Fr { &self.organisation_fr } else { &self.organisation_en }
    }
}

/// An invitation as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = invitation)]
pub(super) struct Invitation {
    pub(super) appointment_id: Id,
    pub(super) email: String,
    pub(super) email_key: String,
    pub(super) name: String,
    pub(super) job_title: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) languages: Document<Vec<String>>,
    pub(super) language: Option<Language>,
    pub(super) approved: bool,
    pub(super) replaces: Option<Id>,
    pub(super) invited_by: Id,
    pub(super) invited_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) invited_with: Option<Id>,
}

impl Invitation {
    /// The person and the credential that granted it, and its effect.
    pub(super) const fn granted(&self) -> Granted {
        Granted { by: self.invited_by, approved: self.approved, with: self.invited_with }
    }
}
