//! A contact with its words: what every format writes of it, in the reader's language.

use std::collections::HashMap;

use super::super::types::Contact;
use crate::appointments::Role;
use crate::error::{Error, OrInternal as _};
use crate::i18n::{Catalogue, Language};
use crate::members::{Region, Technology};

/// The words that a contact's codes stand for, and the heads of a table, in one language.
pub struct Words {
    language: Language,
    roles: HashMap<Role, String>,
    regions: HashMap<Region, String>,
    technologies: HashMap<String, String>,
    heads: HashMap<&'static str, String>,
}

impl Words {
    /// The words of a language; the names of technologies are data.
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
            technologies: technologies.iter().map(|known| (known.code.clone(), name(known))).collect(),
            heads: super::table::COLUMNS.iter().map(|column| (*column, text(format!("column-{column}")))).collect(),
        }
    }

    /// The head of a column.
    pub(super) fn head(&self, column: &'static str) -> &str {
        self.heads.get(column).map_or(column, String::as_str)
    }
}

/// A contact with its words.
pub struct Card<'a> {
    /// The contact, as its viewer may see it.
    pub contact: &'a Contact,
    /// The language of the words, as a tag (RFC 5646).
    pub language: &'static str,
    /// What its role is called.
    pub role: &'a str,
    /// What its organisation is called.
    pub member: &'a str,
    /// What its region is called; empty where it has none.
    pub region: &'a str,
    /// The languages spoken, as codes.
    pub languages: Vec<String>,
    /// The technologies known, as codes.
    pub technologies: Vec<String>,
    /// What these are called.
    pub technology_names: Vec<String>,
}

impl<'a> Card<'a> {
    /// Puts words to a contact.
    ///
    /// # Errors
    /// Where a list is stored as something else.
    pub fn new(contact: &'a Contact, words: &'a Words) -> Result<Self, Error> {
        let technologies: Vec<String> = serde_json::from_str(contact.technologies.get()).or_internal()?;
        // One that is out of use has no name any more.
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
            languages: serde_json::from_str(contact.languages.get()).or_internal()?,
            technology_names: technologies.iter().map(named).collect(),
            technologies,
        })
    }

    /// The name that tells it from every other in the world (RFC 9562, 4).
    #[must_use]
    pub fn uid(&self) -> String {
        format!("urn:uuid:{}", self.contact.id)
    }
}

/// A card for unit tests.
#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::db::Id;
    use crate::directory::Confirmation;
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
