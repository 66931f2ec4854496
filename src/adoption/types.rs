//! Entries of members for technologies: rows, requests and answers.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::{adoption, organisation};
use crate::i18n::Language;
use crate::members::{Region, Technology};
use crate::time::Timestamp;

crate::text_enum! {
    /// How far a member is with a technology.
    pub enum AdoptionStatus {
        /// It does not use it and does not mean to.
        None = "none",
        /// It thinks about it.
        Considering = "considering",
        /// It has decided to.
        Planned = "planned",
        /// It builds or tries it.
        UnderDevelopment = "under_development",
        /// It works with it.
        InUse = "in_use",
        /// It did, and no longer does.
        Retired = "retired",
    }
}

/// What a member says of a technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = adoption)]
#[schema(as = Adopted)]
pub struct AdoptionEntry {
    /// The technology.
    #[diesel(column_name = technology_code)]
    #[schema(example = "ai_ml")]
    pub technology: String,
    /// How far it is.
    pub status: AdoptionStatus,
    /// Since when it is that far, as exactly as it is known: YYYY, YYYY-MM or YYYY-MM-DD.
    #[schema(example = "2024-05")]
    pub since: Option<String>,
    /// Whether its people are willing to talk about it.
    pub willing_to_share: bool,
    /// When this was said.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// What a member says of all technologies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Adoption {
    /// In the order of the list of technologies; those of which it says nothing are left out.
    pub data: Vec<AdoptionEntry>,
}

/// What is to be said of a technology.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAdoption {
    /// The technology.
    #[schema(example = "ai_ml")]
    pub technology: String,
    /// How far it is.
    pub status: AdoptionStatus,
    /// Since when: YYYY, YYYY-MM or YYYY-MM-DD.
    #[serde(default)]
    #[schema(example = "2024-05")]
    pub since: Option<String>,
    /// Whether its people are willing to talk about it.
    #[serde(default)]
    pub willing_to_share: bool,
}

/// All that a member is to say; what is left out, it says nothing of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSet {
    /// Each technology once.
    pub data: Vec<GivenAdoption>,
}

/// What one member says of the technology that is asked for.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = adoption)]
pub struct Adopter {
    /// The member.
    #[diesel(embed)]
    pub member: AdoptingMember,
    /// How far it is.
    pub status: AdoptionStatus,
    /// Since when: YYYY, YYYY-MM or YYYY-MM-DD.
    pub since: Option<String>,
    /// Whether its people are willing to talk about it.
    pub willing_to_share: bool,
}

/// The member beside what it says.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = organisation)]
pub struct AdoptingMember {
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

impl AdoptingMember {
    /// Its name in French for French, in English for every other language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        if language.catalogue() == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// A column of the matrix of members and technologies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Adopters {
    /// Every member that says something, in the order of the English names: 188 at most.
    pub data: Vec<Adopter>,
}

/// What is wanted beside a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expansion {
    /// How many members are how far.
    Adoption,
}

/// The query of the list of technologies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TechnologyQuery {
    /// `adoption` counts members.
    #[param(inline)]
    pub with: Option<Expansion>,
}

/// How many members are how far with a technology.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AdoptionCounts {
    /// Members that don't mean to use it.
    pub none: usize,
    /// Members that think about it.
    pub considering: usize,
    /// Members that have decided to use it.
    pub planned: usize,
    /// Members that build or try it.
    pub under_development: usize,
    /// Members that work with it.
    pub in_use: usize,
    /// Members that did.
    pub retired: usize,
    /// Codes of the members that are willing to talk about it.
    #[schema(example = json!(["KE", "SN"]))]
    pub willing_to_share: Vec<String>,
}

/// A technology in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechnologyEntry {
    /// The technology.
    #[serde(flatten)]
    pub technology: Technology,
    /// What members say of it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption: Option<AdoptionCounts>,
}

/// The list of technologies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Technologies {
    /// In the order of the list.
    pub data: Vec<TechnologyEntry>,
}

/// A cell of the matrix of members and technologies.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) technology: String,
    pub(super) member: String,
    pub(super) status: AdoptionStatus,
    pub(super) willing: bool,
}
