//! Members as shown and edited, history entries, and counts of regions.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::organisation_history;
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::members::{Alias, GivenAlias, MemberStatus, Organisation, Particulars, Region};
use crate::time::Timestamp;

/// A member with all that its reader may know of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// The member.
    #[serde(flatten)]
    pub organisation: Organisation,
    /// Further names by which it is found.
    pub aliases: Vec<Alias>,
    /// Domains of its official mail; for the Secretariat and its own coordinators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_domains: Option<Vec<String>>,
}

impl From<&MemberView> for Particulars {
    fn from(view: &MemberView) -> Self {
        let organisation = view.organisation.clone();
        let alias = |alias: &Alias| GivenAlias { name: alias.name.clone(), language: alias.language.clone() };
        Self {
            name_en: organisation.name_en,
            name_fr: organisation.name_fr,
            region: organisation.region,
            default_language: organisation.default_language,
            languages: organisation.languages.0,
            mail_domains: view.mail_domains.clone().unwrap_or_default(),
            member_since: organisation.member_since,
            left_on: organisation.left_on,
            status: organisation.status,
            aliases: view.aliases.iter().map(alias).collect(),
        }
    }
}

/// A change of a member (RFC 7396): what is absent stays, null takes away what may be missing, a list replaces the whole
/// list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeMember {
    /// English name.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name_en: Option<String>,
    /// French name.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name_fr: Option<String>,
    /// WCO region.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub region: Option<Region>,
    /// The language that its people are written to before they choose.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub default_language: Option<Language>,
    /// Official languages, ISO 639-1.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub languages: Option<Vec<String>>,
    /// Domains of official mail.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub mail_domains: Option<Vec<String>>,
    /// The day of accession.
    #[serde(deserialize_with = "crate::http::json::present")]
    #[schema(value_type = Option<String>, format = Date)]
    pub member_since: Option<Option<String>>,
    /// The first day on which it is no member any more.
    #[serde(deserialize_with = "crate::http::json::present")]
    #[schema(value_type = Option<String>, format = Date)]
    pub left_on: Option<Option<String>>,
    /// How it stands.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub status: Option<MemberStatus>,
    /// Further names.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub aliases: Option<Vec<GivenAlias>>,
}

/// Absent is `None`; null is an error.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A new partner agency.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenPartner {
    /// Its code: letters, digits, `_` and `-`, three at least; codes of two letters are of members.
    #[schema(example = "SN-PORT")]
    pub code: String,
    /// The code of the member that it belongs to.
    #[schema(example = "SN")]
    pub member: String,
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// The language that its people are written to before they choose; that of its member where it is left out.
    #[serde(default)]
    pub default_language: Option<Language>,
}

/// A partner agency. It is changed as members are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Partner {
    /// The agency.
    #[serde(flatten)]
    pub organisation: Organisation,
    /// The code of the member that it belongs to.
    #[schema(example = "SN")]
    pub member: Option<String>,
}

/// A partner agency with all that its reader may know of it.
#[derive(Debug)]
pub struct PartnerView {
    /// The agency, as a member is shown.
    pub view: MemberView,
    /// The code of the member that it belongs to.
    pub member: Option<String>,
}

/// A round of a survey that asks an organisation.
#[derive(Debug)]
pub struct AskedRound {
    /// The round.
    pub round: Id,
    /// The organisation.
    pub organisation: Id,
    /// The title of the survey in each language.
    pub titles: BTreeMap<Language, String>,
    /// When the round opens or opened.
    pub opens_at: Timestamp,
    /// The time zone of the round.
    pub zone: String,
    /// How the round stands, by the code of that state.
    pub state: String,
    /// How the response stands, by the code of that state; none where it was not begun.
    pub response: Option<String>,
}

/// The partner agencies.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerList {
    /// In the order of their codes: 500 at most.
    pub data: Vec<Partner>,
}

/// What a member was before a change.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = organisation_history)]
pub struct HistoryEntry {
    /// The change.
    #[schema(value_type = String)]
    pub id: Id,
    /// When it was changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// Who changed it.
    #[schema(value_type = String)]
    pub changed_by: Id,
    /// The fields that were changed.
    #[schema(value_type = Vec<String>)]
    pub fields: Document<Vec<String>>,
    /// All that it was until then.
    #[schema(value_type = Particulars)]
    pub before: Document<Box<RawValue>>,
}

/// The page of a history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Rows of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The day of a count.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegionsQuery {
    /// A day, YYYY-MM-DD; today where it is left out.
    #[param(format = Date, example = "2024-06-24")]
    pub on: Option<String>,
}

/// How many members, of those how many with a contact in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MemberCount {
    /// Member administrations; unions are not counted.
    pub members: usize,
    /// Those with a contact that the directory lists. Known of today alone: null for other days.
    pub with_contact: Option<usize>,
}

/// The members of a region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionCount {
    /// The region.
    pub region: Region,
    /// How many.
    #[serde(flatten)]
    pub count: MemberCount,
}

/// The regions on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Regions {
    /// The day.
    #[schema(format = Date)]
    pub on: String,
    /// Each region.
    pub data: Vec<RegionCount>,
    /// All members together.
    pub total: MemberCount,
}

/// The state of a member on a past day, as far as counts use it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PastState {
    pub(super) region: Option<Region>,
    pub(super) status: MemberStatus,
}
