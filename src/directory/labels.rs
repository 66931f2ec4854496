//! Names of filter values in the reader's language: of members and technologies from the database, of languages from
//! `data/languages.csv`, of everything else from `locales/`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

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
            Facet::Language => {
                let known = languages()?.names.iter();
                known.map(|(code, [en, fr])| (code.clone(), pick(en.clone(), fr.clone()))).collect()
            }
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

/// What the list of languages says, read once.
struct Languages {
    /// The names in English and in French, by their codes.
    names: BTreeMap<String, [String; 2]>,
    /// The codes by their folded names.
    codes: HashMap<String, String>,
}

static LANGUAGES: LazyLock<Option<Languages>> = LazyLock::new(|| Languages::read().ok());

impl Languages {
    fn read() -> Result<Self, Error> {
        let file = include_str!("../../data/languages.csv");
        let rows: Vec<LanguageRow> =
            csv::Reader::from_reader(file.as_bytes()).deserialize().collect::<Result<_, _>>().or_internal()?;
        let mut codes = HashMap::new();
        for row in &rows {
            for name in [&row.name_en, &row.name_fr] {
                codes.entry(text::fold(name)).or_insert_with(|| row.code.clone());
            }
        }
        let names = rows.into_iter().map(|row| (row.code, [row.name_en, row.name_fr])).collect();
        Ok(Self { names, codes })
    }
}

fn languages() -> Result<&'static Languages, Error> {
    LANGUAGES.as_ref().ok_or_else(|| Error::internal("the list of languages cannot be read"))
}

/// The names of languages in the language of a reader, by their codes. A code without a name stays as it is.
pub fn language_names(codes: &[String], language: Language) -> Result<Vec<String>, Error> {
    let (known, is_french) = (languages()?, language.catalogue() == Language::Fr);
    let name = |code: &String| match known.names.get(code) {
        Some([en, fr]) => String::clone(if is_french { fr } else { en }),
        None => code.clone(),
    };
    Ok(codes.iter().map(name).collect())
}

/// The codes of languages that a person writes: a name in English or French, in any case and without its accents, or a code.
/// What is neither stays as it is; a change with it is refused. So is a list with more names than there are languages,
/// of which none is looked up: whoever reads the codes has a smaller bound.
pub fn language_codes<'a>(written: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, Error> {
    let known = languages()?;
    let written: Vec<&str> = written.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect();
    if written.len() > known.names.len() {
        return Ok(written.into_iter().map(str::to_owned).collect());
    }
    let code = |name: &str| {
        let lower = name.to_lowercase();
        let itself = || if text::is_language_code(&lower) { lower } else { name.to_owned() };
        known.codes.get(&text::fold(name)).cloned().unwrap_or_else(itself)
    };
    Ok(written.into_iter().map(code).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_name_in_both_languages_and_by_its_code() {
        let codes = language_codes(["French", " anglais", "WO", "", "Klingon"]).unwrap();
        assert_eq!(codes, ["fr", "en", "wo", "Klingon"]);
        assert_eq!(language_names(&codes, Language::Fr).unwrap(), ["français", "anglais", "wolof", "Klingon"]);
    }

    #[test]
    fn a03_more_names_than_there_are_languages_are_not_looked_up() {
        let known = languages().unwrap();
        assert!(known.names.len() > 100 && known.codes.len() > known.names.len(), "both languages are known");
        let written = |names: usize| language_codes("French,".repeat(names).split(',')).unwrap();
        assert_eq!(written(known.names.len()), vec!["fr"; known.names.len()]);
        assert!(written(known.names.len() + 1).iter().all(|name| name == "French"));
    }
}
