//! Contacts: rows, requests and answers.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::query_parser::Term;
use crate::appointments::Role;
use crate::db::schema::{contact, organisation};
use crate::db::{Document, Id};
use crate::http::csv::Separator;
use crate::i18n::Language;
use crate::members::Region;
use crate::policy::{FieldAudience, Visibility};
use crate::time::Timestamp;

crate::text_enum! {
    /// Whether a contact was confirmed lately.
    pub enum Confirmation {
        /// Within the year.
        Confirmed = "confirmed",
        /// A confirmation is due.
        Due = "due",
        /// It was not confirmed for too long.
        Unconfirmed = "unconfirmed",
    }
}

crate::text_enum! {
    /// What contacts can be filtered and counted by.
    pub enum Facet {
        /// The region of the organisation.
        Region = "region",
        /// The organisation.
        Member = "member",
        /// As what.
        Role = "role",
        /// Languages spoken.
        Language = "language",
        /// Technologies known.
        Technology = "technology",
        /// The state of its confirmation.
        Confirmation = "confirmation",
    }
}

/// The state of a contact in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is listed.
    pub listed: bool,
    /// The state of its confirmation.
    pub confirmation: Confirmation,
    /// When it was last confirmed.
    pub confirmed_at: Option<Timestamp>,
}

/// A contact to be stored. It is listed once its appointment is in force.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Its appointment.
    pub appointment_id: Id,
    /// The person.
    pub user_id: Id,
    /// The organisation.
    pub organisation_id: Id,
    /// As what.
    pub role: Role,
    /// Whether it is listed from the beginning.
    pub listed: bool,
    /// When it was last confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// The person's name.
    pub name: String,
    /// The work address.
    pub email: String,
    /// Its other fields.
    pub details: Details,
}

/// The fields of a contact other than name and address.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Title of the post.
    pub job_title: Option<String>,
    /// Work telephone.
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    pub languages: Vec<String>,
    /// Technologies the person knows about.
    pub technologies: Vec<String>,
}

/// To change a contact. What is absent stays; null takes away what may be missing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContact {
    /// Title of the post.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    pub job_title: Option<Option<String>>,
    /// Who may see the title.
    #[serde(default)]
    pub job_title_audience: Option<FieldAudience>,
    /// Work telephone.
    #[serde(default, deserialize_with = "crate::http::json::present")]
    pub phone: Option<Option<String>>,
    /// Who may see the telephone.
    #[serde(default)]
    pub phone_audience: Option<FieldAudience>,
    /// Who may see the address.
    #[serde(default)]
    pub email_audience: Option<FieldAudience>,
    /// Languages spoken, ISO 639-1.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
    /// Who may see the languages.
    #[serde(default)]
    pub languages_audience: Option<FieldAudience>,
    /// Technologies the person knows about.
    #[serde(default)]
    pub technologies: Option<Vec<String>>,
    /// Who may see the technologies.
    #[serde(default)]
    pub technologies_audience: Option<FieldAudience>,
}

/// A parsed change of contacts. An absent field stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    /// New name.
    pub name: Option<String>,
    /// New title; `Some(None)` removes it.
    pub job_title: Option<Option<String>>,
    /// New telephone; `Some(None)` removes it.
    pub phone: Option<Option<String>>,
    /// Who may see the telephone.
    pub phone_audience: Option<FieldAudience>,
    /// Who may see the address.
    pub email_audience: Option<FieldAudience>,
    /// Who may see the title.
    pub job_title_audience: Option<FieldAudience>,
    /// Who may see the languages.
    pub languages_audience: Option<FieldAudience>,
    /// Who may see the technologies.
    pub technologies_audience: Option<FieldAudience>,
    /// New languages.
    pub languages: Option<Vec<String>>,
    /// New technologies.
    pub technologies: Option<Vec<String>>,
}

crate::text_enum! {
    /// The order of a list of contacts.
    pub enum Sort {
        /// By name, as in a dictionary.
        Name = "name",
        /// What changed last comes first.
        Updated = "-updated_at",
        /// By the organisation's name in the reader's language, then by name.
        Member = "member",
    }
}

/// The query of a list of contacts.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Words, or beginnings of words, of name, title, address and organisation (in any language, by any usual name); in any case
    /// and script, without accents, in any spelling that its readers take for the same (`ü` and `ue`, `ё` and `е`), and with one
    /// letter wrong where nobody has the word. Who has the words as they were typed comes first. A telephone number in any spelling, with
    /// or without its country code. All must be found.
    pub q: Option<String>,
    /// Regions; several are OR.
    #[serde(default)]
    pub region: Vec<Region>,
    /// Codes of members; several are OR.
    #[serde(default)]
    pub member: Vec<String>,
    /// Roles; several are OR.
    #[serde(default)]
    pub role: Vec<Role>,
    /// Languages spoken; several are OR.
    #[serde(default)]
    pub language: Vec<String>,
    /// Technologies known; several are OR.
    #[serde(default)]
    pub technology: Vec<String>,
    /// Whether somebody said lately that the contact is right; several are OR.
    #[serde(default)]
    pub confirmation: Vec<Confirmation>,
    /// Technologies that the organisation uses; several are OR. With `willing` it answers: who runs it and would talk about it?
    #[serde(default)]
    pub runs: Vec<String>,
    /// Whether the organisation is willing to share what it knows of the technology (of `runs`, or of any).
    pub willing: Option<bool>,
    /// The order: `name` where it is left out.
    pub sort: Option<Sort>,
    /// Facets to count, with commas between: `region,member,role,language,technology,confirmation`.
    pub facets: Option<String>,
    /// Whether to say how many there are in all.
    pub total: Option<bool>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Version of vCards, for links to them: read by `formats`, and refused where something else is asked for.
    #[param(ignore)]
    pub version: Option<String>,
    /// What stands between the cells of a CSV file, in the place of what is usual in its language.
    pub separator: Option<Separator>,
}

/// A filter of contacts. An empty list does not restrict; values of one list are OR, the lists are AND.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The terms of a search: a contact must match all of them.
    pub terms: Vec<Term>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Codes of organisations in upper case. `None` does not restrict; `Some` of an empty list matches no contact.
    pub members: Option<Vec<String>>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// Technologies known.
    pub technologies: Vec<String>,
    /// States of the confirmation.
    pub confirmations: Vec<Confirmation>,
}

impl Filter {
    /// The values of a facet; none where it does not restrict.
    #[must_use]
    pub(super) fn values(&self, facet: Facet) -> Option<Vec<String>> {
        let values: Vec<String> = match facet {
            Facet::Region => self.regions.iter().map(|region| region.as_str().to_owned()).collect(),
            Facet::Member => return self.members.clone(),
            Facet::Role => self.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            Facet::Language => self.languages.clone(),
            Facet::Technology => self.technologies.clone(),
            Facet::Confirmation => self.confirmations.iter().map(|value| value.as_str().to_owned()).collect(),
        };
        (!values.is_empty()).then_some(values)
    }
}

/// A contact as it is stored. Its lists stay raw JSON, which is copied into answers unparsed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = contact)]
pub struct ContactRow {
    pub(super) id: Id,
    pub(super) appointment_id: Id,
    pub(super) user_id: Id,
    pub(super) organisation_id: Id,
    pub(super) region: Option<Region>,
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) sort_name: String,
    pub(super) job_title: Option<String>,
    pub(super) email: String,
    pub(super) email_audience: FieldAudience,
    pub(super) phone: Option<String>,
    pub(super) phone_audience: FieldAudience,
    pub(super) languages: Document<Box<RawValue>>,
    pub(super) technologies: Document<Box<RawValue>>,
    pub(super) job_title_audience: FieldAudience,
    pub(super) languages_audience: FieldAudience,
    pub(super) technologies_audience: FieldAudience,
    pub(super) updated_at: Timestamp,
    pub(super) confirmation: Confirmation,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) shown_at: Timestamp,
}

impl ContactRow {
    /// The time of the last change that this reader sees: any change for the Secretariat, the last one that the whole
    /// community sees for everybody else, so that all of these have one order.
    pub(super) const fn changed_at(&self, sight: &Visibility) -> Timestamp {
        if sight.everything { self.updated_at } else { self.shown_at }
    }
}

/// The fields of a listed contact that the index and the change feed use.
#[derive(Clone, Debug, Queryable)]
pub struct IndexedContact {
    pub(super) number: u32,
    pub(super) id: Id,
    pub(super) member: String,
    pub(super) region: Option<Region>,
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) sort_name: String,
    pub(super) job_title: Option<String>,
    pub(super) job_title_audience: FieldAudience,
    pub(super) email: String,
    pub(super) email_audience: FieldAudience,
    pub(super) languages: Document<Vec<String>>,
    pub(super) languages_audience: FieldAudience,
    pub(super) technologies: Document<Vec<String>>,
    pub(super) technologies_audience: FieldAudience,
    pub(super) confirmation: Confirmation,
    pub(super) phone: Option<String>,
    pub(super) phone_audience: FieldAudience,
    pub(super) confirmed_at: Option<Timestamp>,
    /// Whether its member is hidden.
    pub(super) hidden: bool,
}

/// The organisation beside a contact.
#[derive(Clone, Debug, Serialize, Deserialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = organisation)]
pub struct ContactMember {
    /// ISO 3166-1 alpha-2.
    #[schema(example = "SN")]
    pub code: String,
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// WCO region.
    pub region: Option<Region>,
}

impl ContactMember {
    /// Its name in French for French, in English for every other language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        if language.catalogue() == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// A contact as the viewer may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contact {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The person's name.
    pub name: String,
    /// As what the person is listed.
    pub role: Role,
    /// The person's organisation.
    pub member: ContactMember,
    /// Title of the post; null where there is none or the viewer may not see it.
    pub job_title: Option<String>,
    /// Work address; null where the viewer may not see it.
    pub email: Option<String>,
    /// Work telephone; null where there is none or the viewer may not see it.
    pub phone: Option<String>,
    /// Languages spoken, ISO 639-1.
    #[schema(value_type = Vec<String>)]
    pub languages: Box<RawValue>,
    /// Technologies the person knows about.
    #[schema(value_type = Vec<String>)]
    pub technologies: Box<RawValue>,
    /// Whether somebody has said lately that it is still right.
    pub confirmation: Confirmation,
    /// When that was last said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// When it last changed: anything for the Secretariat, for others what the whole community sees.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// For a search: by what it was found, as in `name:Awa Diop` or `alias:Ivory Coast`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<String>,
    /// Whose contact it is, and at which organisation; not told.
    #[serde(skip)]
    pub(super) place: (Id, Id),
}

/// What a person sees of an own contact, with who else sees what.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = contact)]
pub struct OwnContact {
    /// Title of the post.
    pub job_title: Option<String>,
    /// Who may see the title.
    pub job_title_audience: FieldAudience,
    /// Work telephone.
    pub phone: Option<String>,
    /// Who may see the telephone.
    pub phone_audience: FieldAudience,
    /// Who may see the address.
    pub email_audience: FieldAudience,
    /// Languages spoken, ISO 639-1.
    #[schema(value_type = Vec<String>)]
    pub languages: Document<Vec<String>>,
    /// Who may see the languages.
    pub languages_audience: FieldAudience,
    /// Technologies the person knows about.
    #[schema(value_type = Vec<String>)]
    pub technologies: Document<Vec<String>>,
    /// Who may see the technologies.
    pub technologies_audience: FieldAudience,
}
