//! Organisations, regions and technologies as the API shows them.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::db::schema::{organisation, technology};
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
    /// What an organisation is to the community.
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

/// The code of the one organisation of kind `secretariat`. ISO 3166-1 leaves XA to XZ to users.
pub const SECRETARIAT_CODE: &str = "XS";

/// An organisation.
#[derive(Clone, Debug, Serialize, Deserialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = organisation)]
pub struct Organisation {
    /// Its id.
    #[serde(skip, default = "Organisation::no_id")]
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
}

impl Organisation {
    /// Ids are not part of the API: an organisation read back from JSON has none.
    fn no_id() -> Id {
        Id::nil()
    }
}

/// What one may ask of the list of members.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// Part of a name in English or French, or a code, in any case and without accents.
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

/// The list of technologies.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Technologies {
    /// In the order of the list.
    pub data: Vec<Technology>,
}
