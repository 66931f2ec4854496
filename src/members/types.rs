//! Organisations, regions and technologies: rows, requests and answers.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::{organisation, technology};
use crate::db::{Document, Id};
use crate::i18n::Language;

crate::text_enum! {
    /// The six regions of the WCO. A/P is written AP.
    pub enum Region {
        /// South America, North America, Central America and the Caribbean
        Ams = "AMS",
        /// Europe
        Eur = "EUR",
        /// East and Southern Africa
        Esa = "ESA",
        /// West and Central Africa
        Wca = "WCA",
        /// North of Africa, Near and Middle East
        Mena = "MENA",
        /// Far East, South and South East Asia, Australasia and the Pacific Islands
        Ap = "AP",
    }
}

crate::text_enum! {
    /// The kind of an organisation.
    pub enum OrganisationKind {
        /// A member administration.
        Member = "member",
        /// A customs or economic union with rights akin to a member's; not counted as one.
        EconomicUnion = "economic_union",
        /// The Secretariat itself.
        Secretariat = "secretariat",
        /// A partner agency.
        Partner = "partner",
    }
}

crate::text_enum! {
    /// The status of a member.
    pub enum MemberStatus {
        /// As usual.
        Active = "active",
        /// Its rights rest. It is listed, and marked.
        Suspended = "suspended",
        /// The Secretariat alone sees it.
        Hidden = "hidden",
    }
}

crate::text_enum! {
    /// Where a further name comes from.
    pub enum AliasSource {
        /// The reference data that come with the program.
        Reference = "reference",
        /// The Secretariat.
        Secretariat = "secretariat",
    }
}

/// The code of the one organisation of kind `secretariat`. ISO 3166-1 leaves XA to XZ to users.
pub const SECRETARIAT_CODE: &str = "XS";

/// An organisation.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = organisation)]
pub struct Organisation {
    /// Its id.
    #[serde(skip)]
    pub id: Id,
    /// ISO 3166-1 alpha-2 (EU and XK among them).
    #[schema(example = "SN")]
    pub code: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// English name.
    #[schema(example = "Senegal")]
    pub name_en: String,
    /// French name.
    #[schema(example = "Sénégal")]
    pub name_fr: String,
    /// Its WCO region.
    pub region: Option<Region>,
    /// The language that its people are written to before they choose.
    pub default_language: Language,
    /// The day of accession, where it lies within the records.
    #[schema(example = "2024-02-02", format = Date)]
    pub member_since: Option<String>,
    /// The first day on which it is no member any more.
    #[schema(format = Date)]
    pub left_on: Option<String>,
    /// How it stands.
    pub status: MemberStatus,
    /// Official languages, ISO 639-1.
    #[schema(value_type = Vec<String>)]
    pub languages: Document<Vec<String>>,
}

impl Organisation {
    /// Whether people can be appointed for it: not where it is the Secretariat or hidden.
    pub(super) fn is_appointable(&self) -> bool {
        !self.is_secretariat() && self.status != MemberStatus::Hidden
    }

    /// Whether it is the Secretariat, whose people are no contacts of the directory.
    #[must_use]
    pub fn is_secretariat(&self) -> bool {
        self.kind == OrganisationKind::Secretariat
    }

    /// Whether it is a member administration.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.kind == OrganisationKind::Member
    }

    /// Whether it is a partner agency.
    #[must_use]
    pub fn is_agency(&self) -> bool {
        self.kind == OrganisationKind::Partner
    }

    /// Its name in French for French, in English for every other language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        if language == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// A further name by which a member is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alias {
    /// The name.
    #[schema(example = "Ivory Coast")]
    pub name: String,
    /// The language of the name, ISO 639-1.
    pub language: Option<String>,
    /// Where it comes from.
    pub source: AliasSource,
}

/// A further name as it is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAlias {
    /// The name.
    #[schema(example = "Ivory Coast")]
    pub name: String,
    /// The language of the name, ISO 639-1.
    #[serde(default)]
    pub language: Option<String>,
}

/// Everything about a member that the Secretariat may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Particulars {
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// WCO region.
    pub region: Option<Region>,
    /// The language that its people are written to before they choose.
    pub default_language: Language,
    /// Official languages, ISO 639-1.
    pub languages: Vec<String>,
    /// Domains of official mail.
    pub mail_domains: Vec<String>,
    /// The day of accession.
    pub member_since: Option<String>,
    /// The first day on which it is no member any more.
    pub left_on: Option<String>,
    /// How it stands.
    pub status: MemberStatus,
    /// Further names.
    pub aliases: Vec<GivenAlias>,
}

/// The filter of a list of members.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Of these regions; of any if there are none.
    pub regions: Vec<Region>,
    /// Whether hidden members are included.
    pub hidden: bool,
    /// Only these, where given.
    pub among: Option<Vec<Id>>,
}

/// A member that a search found.
#[derive(Clone, Debug)]
pub struct MemberMatch {
    /// The member.
    pub organisation: Organisation,
    /// The matched name or code, as in [`MemberEntry::matched`].
    pub matched: String,
    /// Its place in the order of results: rank, sort name, code.
    pub sort_key: [String; 3],
}

/// The query of the list of members.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// A name, a beginning or a word of one, or a code: in any case, script and spelling, with a typing error or two. The
    /// best comes first.
    pub q: Option<String>,
    /// Regions; several are OR.
    #[serde(default)]
    pub region: Vec<Region>,
    /// Rows of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A member in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberEntry {
    /// The member.
    #[serde(flatten)]
    pub organisation: Organisation,
    /// By which of its names a search found it: `name_en:…`, `name_fr:…`, `alias:…` or `code:…`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["alias:Ivory Coast"]))]
    pub matched: Vec<String>,
}

/// A technology of the community's list.
#[derive(Clone, Debug, Serialize, Deserialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = technology)]
pub struct Technology {
    /// Its code.
    #[schema(example = "ai_ml")]
    pub code: String,
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// Whether the community's project concentrates on it.
    pub focus: bool,
}

impl Technology {
    /// Its name in French for French, in English for every other language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        if language.catalogue() == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// A partner agency to be added.
#[derive(Clone, Debug)]
pub struct NewPartner {
    /// Its id.
    pub id: Id,
    /// Its code, in upper case.
    pub code: String,
    /// The member that it belongs to.
    pub member: Id,
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// The language that its people are written to before they choose.
    pub default_language: Language,
}
