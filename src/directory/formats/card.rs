//! A contact with the names of its codes in the reader's language: what every format writes.

use std::collections::HashMap;

use super::super::types::{Confirmation, Contact};
use crate::appointments::Role;
use crate::error::{Error, OrInternal as _};
use crate::i18n::{Catalogue, Language};
use crate::members::{Region, Technology};

/// The columns of tables. The texts of their heads are `column-…` in `locales/`.
pub(super) const COLUMNS: [&str; 18] = [
    "name",
    "job_title",
    "role",
    "role_name",
    "member",
    "member_name",
    "region",
    "region_name",
    "email",
    "phone",
    "languages",
    "technologies",
    "technology_names",
    "confirmation",
    "confirmation_name",
    "confirmed_at",
    "updated_at",
    "id",
];

/// The names of all codes, and the heads of a table, in one language.
pub struct Words {
    language: Language,
    roles: HashMap<Role, String>,
    regions: HashMap<Region, String>,
    confirmations: HashMap<&'static str, String>,
    technologies: HashMap<String, String>,
    heads: HashMap<&'static str, String>,
}

impl Words {
    /// The names in a language. Those of technologies come from the database.
    #[must_use]
    pub fn new(catalogue: &Catalogue, language: Language, technologies: &[Technology]) -> Self {
        let language = language.catalogue();
        let text = |key: String| catalogue.text(language, &key, &[]);
        let name = |known: &Technology| match language {
            Language::Fr => known.name_fr.clone(),
            _ => known.name_en.clone(),
        };
        Self {
            language,
            roles: Role::ALL.iter().map(|role| (*role, text(format!("role-{role}")))).collect(),
            regions: Region::ALL.iter().map(|region| (*region, text(format!("region-{region}")))).collect(),
            confirmations: Confirmation::ALL
                .iter()
                .map(|standing| (standing.as_str(), text(format!("confirmation-{standing}"))))
                .collect(),
            technologies: technologies.iter().map(|known| (known.code.clone(), name(known))).collect(),
            heads: COLUMNS.iter().map(|column| (*column, text(format!("column-{column}")))).collect(),
        }
    }

    /// The head of a column.
    pub(super) fn head(&self, column: &'static str) -> &str {
        self.heads.get(column).map_or(column, String::as_str)
    }
}

/// A contact with the names of its codes.
pub struct Card<'a> {
    /// The contact, as the reader may see it.
    pub contact: &'a Contact,
    /// The language of the names, as a tag (RFC 5646).
    pub language: &'static str,
    /// The name of its role.
    pub role: &'a str,
    /// The name of its organisation.
    pub member: &'a str,
    /// The name of its region; empty where it has none.
    pub region: &'a str,
    /// The name of the state of its confirmation.
    pub confirmation: &'a str,
    /// The languages spoken, as codes.
    pub languages: Vec<String>,
    /// The technologies known, as codes.
    pub technologies: Vec<String>,
    /// The names of these technologies; the code where a technology is no longer on the list.
    pub technology_names: Vec<String>,
}

impl<'a> Card<'a> {
    /// Adds the names to a contact.
    ///
    /// # Errors
    /// 500 where a stored list is no list of texts.
    pub fn new(contact: &'a Contact, words: &'a Words) -> Result<Self, Error> {
        let technologies: Vec<String> = serde_json::from_str(contact.technologies.get()).or_internal()?;
        let named = |code: &String| words.technologies.get(code).unwrap_or(code).clone();
        Ok(Self {
            contact,
            language: words.language.as_str(),
            role: words.roles.get(&contact.role).map_or(contact.role.as_str(), String::as_str),
            member: match words.language {
                Language::Fr => &contact.member.name_fr,
                _ => &contact.member.name_en,
            },
            region: contact.member.region.and_then(|region| words.regions.get(&region)).map_or("", String::as_str),
            confirmation: words
                .confirmations
                .get(contact.confirmation.as_str())
                .map_or(contact.confirmation.as_str(), String::as_str),
            languages: serde_json::from_str(contact.languages.get()).or_internal()?,
            technology_names: technologies.iter().map(named).collect(),
            technologies,
        })
    }

    /// Its globally unique id, as a URN (RFC 9562, 4).
    #[must_use]
    pub fn uid(&self) -> String {
        format!("urn:uuid:{}", self.contact.id)
    }
}

/// A card for unit tests.
#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::db::Id;
    use crate::directory::ContactMember;
    use crate::time::Timestamp;
    use serde_json::value::RawValue;

    pub fn contact(name: &str, title: &str, phone: &str) -> Contact {
        Contact {
            id: Id::nil(),
            name: name.to_owned(),
            role: Role::Ncp,
            member: ContactMember {
                code: "CI".to_owned(),
                name_en: "Côte d’Ivoire".to_owned(),
                name_fr: "Côte d’Ivoire".to_owned(),
                region: Some(Region::Wca),
            },
            job_title: Some(title.to_owned()),
            email: Some("aya@douanes.example".to_owned()),
            phone: Some(phone.to_owned()),
            languages: RawValue::from_string(r#"["fr","en"]"#.to_owned()).unwrap(),
            technologies: RawValue::from_string(r#"["ai_ml","old"]"#.to_owned()).unwrap(),
            confirmation: Confirmation::Confirmed,
            confirmed_at: None,
            matched: Vec::new(),
            place: (Id::nil(), Id::nil()),
            updated_at: Timestamp::from_micros(1_770_000_000_123_456),
        }
    }

    pub fn words() -> Words {
        let ai = Technology {
            code: "ai_ml".to_owned(),
            name_en: "AI, and machine learning".to_owned(),
            name_fr: "IA; apprentissage".to_owned(),
            focus: true,
        };
        Words::new(&Catalogue::load().unwrap(), Language::En, &[ai])
    }
}
