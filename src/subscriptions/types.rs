//! Types of topics and subscriptions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::announcements::digest::{Preference, Rhythm};
use crate::db::Id;
use crate::i18n::Language;

/// Something that announcements are about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Topic {
    /// Its code.
    #[schema(example = "news")]
    pub code: String,
    /// What it is called in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<Language, String>,
    /// Whether nothing new is written about it.
    pub retired: bool,
}

impl Topic {
    /// The name in this language, or in English.
    #[must_use]
    pub fn name_in(&self, language: Language) -> String {
        name_in(&self.names, language).unwrap_or(&self.code).clone()
    }
}

impl Subscription {
    /// The name of the topic in this language, or in English.
    #[must_use]
    pub fn name_in(&self, language: Language) -> String {
        name_in(&self.names, language).unwrap_or(&self.topic).clone()
    }
}

fn name_in(names: &BTreeMap<Language, String>, language: Language) -> Option<&String> {
    names.get(&language).or_else(|| names.get(&Language::En))
}

/// All topics.
#[derive(Debug, Serialize, ToSchema)]
pub struct Topics {
    /// In the order of their codes.
    pub data: Vec<Topic>,
}

/// To name a topic.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenTopic {
    /// What it is called in each language; English and French at least.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<Language, String>,
    /// Whether nothing new is to be written about it.
    #[serde(default)]
    pub retired: bool,
}

/// Whether somebody gets what is written about a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subscription {
    /// The topic's code.
    pub topic: String,
    /// What it is called in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<Language, String>,
    /// Whether announcements about it are mailed.
    pub subscribed: bool,
}

/// What somebody gets. Official notices are no topic: everybody gets them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscriptions {
    /// One for each topic.
    pub data: Vec<Subscription>,
    /// How often announcements about topics are mailed.
    #[serde(flatten)]
    pub preference: Preference,
}

/// What somebody wants to get.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSubscriptions {
    /// For each topic whether it is wanted; those that are left out stay as they are.
    #[serde(default)]
    #[schema(example = json!({"news": true, "events": false}))]
    pub topics: BTreeMap<String, bool>,
    /// How often announcements about topics are to be mailed; stays as it is where it is left out. What waits for a digest comes
    /// at once where each is to come at once again.
    #[serde(default)]
    pub digest: Option<Rhythm>,
}

/// The mail and reader that an unsubscribe link identifies.
pub struct UnsubscribeLink {
    /// The mail.
    pub mail: Id,
    /// The reader of the mail.
    pub user_id: Id,
    /// The reader's language.
    pub language: Language,
    /// The topic of the mail; none for a digest.
    pub topic: Option<Topic>,
}
