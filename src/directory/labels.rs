//! Names of filter values in the reader's language: of members and technologies from the database, of languages from
//! `data/languages.csv`, of everything else from `locales/`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::index::{Counts, Facet};
use super::store;
use super::types::Filter;
use crate::db::Conn;
use crate::error::{Error, OrInternal as _};
use crate::http::pagination::FacetValue;
use crate::i18n::{Catalogue, Language};
use crate::members;
use crate::text;

/// The names of one facet's values in one language.
pub(super) struct Labels {
    facet: Facet,
    names: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct LanguageRow {
    code: String,
    name_en: String,
    name_fr: String,
}

impl Labels {
    /// Reads the names that the database or a file has, for a reader who may or may not know of hidden members.
    pub(super) fn read(conn: &mut Conn, facet: Facet, language: Language, hidden: bool) -> Result<Self, Error> {
        let pick = |en: String, fr: String| if language == Language::Fr { fr } else { en };
        let names = match facet {
            Facet::Member => {
                store::organisations(conn, hidden)?.into_iter().map(|(_, code, en, fr)| (code, pick(en, fr))).collect()
            }
            Facet::Technology => {
                let known = members::technologies(conn)?.into_iter();
                known.map(|technology| (technology.code, pick(technology.name_en, technology.name_fr))).collect()
            }
            Facet::Language => languages()?.into_iter().map(|row| (row.code, pick(row.name_en, row.name_fr))).collect(),
            Facet::Region | Facet::Role | Facet::Confirmation => BTreeMap::new(),
        };
        Ok(Self { facet, names })
    }

    /// The values of the facet with names and counts, the most frequent first. Values that the filter has are always
    /// included.
    pub(super) fn apply(
        &self,
        catalogue: &Catalogue,
        language: Language,
        counts: Counts,
        filter: &Filter,
    ) -> Vec<FacetValue> {
        let chosen = filter.values(self.facet).unwrap_or_default();
        let mut counts = counts;
        for value in &chosen {
            counts.entry(value.clone()).or_default();
        }
        let mut values: Vec<FacetValue> = counts
            .into_iter()
            .map(|(value, count)| {
                let label = match self.names.get(&value) {
                    Some(name) => name.clone(),
                    None if self.names.is_empty() => catalogue.text(language, &format!("{}-{value}", self.facet), &[]),
                    None => value.clone(),
                };
                FacetValue { selected: chosen.contains(&value), label, count, value }
            })
            .collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values
    }
}

/// The names of languages in the language of a reader, by their codes. A code without a name stays as it is.
pub fn language_names(codes: &[String], language: Language) -> Result<Vec<String>, Error> {
    let is_french = language.catalogue() == Language::Fr;
    let known: BTreeMap<String, String> =
        languages()?.into_iter().map(|row| (row.code, if is_french { row.name_fr } else { row.name_en })).collect();
    Ok(codes.iter().map(|code| known.get(code).unwrap_or(code).clone()).collect())
}

/// The codes of languages that a person writes: a name in English or French, in any case and without its accents, or a code.
/// What is neither stays as it is; a change with it is refused.
pub fn language_codes<'a>(written: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, Error> {
    let known = languages()?;
    let code = |name: &str| {
        let folded = text::fold(name);
        let names = |row: &&LanguageRow| [&row.name_en, &row.name_fr].iter().any(|own| text::fold(own) == folded);
        let lower = name.to_lowercase();
        let itself = || if text::is_language_code(&lower) { lower } else { name.to_owned() };
        known.iter().find(names).map_or_else(itself, |row| row.code.clone())
    };
    Ok(written.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(code).collect())
}

fn languages() -> Result<Vec<LanguageRow>, Error> {
    let text = include_str!("../../data/languages.csv");
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().or_internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_name_in_both_languages_and_by_its_code() {
        let codes = language_codes(["French", " anglais", "WO", "", "Klingon"]).unwrap();
        assert_eq!(codes, ["fr", "en", "wo", "Klingon"]);
    }
}
