//! Announcements: as they are written, stored and read.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::appointments::Role;
use crate::db::schema::announcement;
use crate::db::{Document, Id};
use crate::directory::Filter;
use crate::i18n::Language;
use crate::mail::DeliveryState;
use crate::members::Region;
use crate::time::Timestamp;

crate::text_enum! {
    /// Where an announcement stands.
    pub enum AnnouncementStatus {
        /// Being written.
        Draft = "draft",
        /// On its way, or there.
        Sent = "sent",
    }
}

/// Whom an announcement is for. An empty list does not restrict; within a list it is OR, between lists AND.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Audience {
    /// WCO regions.
    pub regions: Vec<Region>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Codes of members.
    #[schema(example = json!(["SN", "KE"]))]
    pub members: Vec<String>,
    /// Technologies that a contact knows about.
    pub technologies: Vec<String>,
    /// Languages that a contact speaks.
    pub languages: Vec<String>,
}

impl Audience {
    /// The contacts it means.
    #[must_use]
    pub fn filter(&self) -> Filter {
        Filter {
            words: Vec::new(),
            regions: self.regions.clone(),
            members: (!self.members.is_empty()).then(|| self.members.clone()),
            roles: self.roles.clone(),
            languages: self.languages.clone(),
            technologies: self.technologies.clone(),
            confirmations: Vec::new(),
        }
    }
}

/// An announcement in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// One line.
    pub subject: String,
    /// Markdown. Scripts, forms, styles and images are taken out.
    pub body_markdown: String,
}

/// The variants by language.
pub type Variants = BTreeMap<Language, Variant>;

/// To write an announcement.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Compose {
    /// Whom it is for; everybody where it is left out.
    #[serde(default)]
    pub audience: Audience,
    /// The language for readers whose own it is not written in. One of the variants.
    pub default_language: Language,
    /// The announcement in each language.
    #[schema(value_type = std::collections::HashMap<String, Variant>)]
    pub variants: Variants,
}

/// To change a draft. What is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revise {
    /// Whom it is for.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// The language for readers whose own it is not written in.
    #[serde(default)]
    pub default_language: Option<Language>,
    /// The announcement in each language; replaces all of them.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, Variant>>)]
    pub variants: Option<Variants>,
}

/// An announcement as it is stored, without its variants.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = announcement)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) status: AnnouncementStatus,
    pub(super) audience: Document<Audience>,
    pub(super) default_language: Language,
    pub(super) recipients: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) sent_at: Option<Timestamp>,
}

/// An announcement.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Announcement {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where it stands.
    pub status: AnnouncementStatus,
    /// Whom it is for; the Secretariat alone sees that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The language for readers whose own it is not written in.
    pub default_language: Language,
    /// The announcement in each language.
    #[schema(value_type = std::collections::HashMap<String, Variant>)]
    pub variants: Variants,
    /// How many it was sent to.
    pub recipients: i32,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
}

/// An announcement in a list: its subjects, not its texts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AnnouncementEntry {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where it stands.
    pub status: AnnouncementStatus,
    /// The language for readers whose own it is not written in.
    pub default_language: Language,
    /// The subject in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub subjects: BTreeMap<Language, String>,
    /// How many it was sent to.
    pub recipients: i32,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
}

/// What sending would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// How many people it would go to.
    pub recipients: usize,
    /// How many would get it in each language.
    #[schema(value_type = std::collections::HashMap<String, usize>)]
    pub by_language: BTreeMap<Language, usize>,
    /// Some of them.
    pub sample: Vec<SampleRecipient>,
    /// The mail in each language.
    #[schema(value_type = std::collections::HashMap<String, Rendered>)]
    pub rendered: BTreeMap<Language, Rendered>,
}

/// One of those whom it would go to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleRecipient {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The language of the mail.
    pub language: Language,
}

/// A mail as it would be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rendered {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// What one may ask of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AnnouncementQuery {
    /// Where they stand; members see sent ones alone.
    #[serde(default)]
    pub status: Vec<AnnouncementStatus>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What one may ask of the deliveries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Where they stand, as the summary counts them.
    pub state: Option<DeliveryState>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}
