//! What people call the values of filters, in their language: members and technologies by their names in the database,
//! languages by `data/languages.csv`, the rest by `locales/`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::index::{Counts, Facet};
use super::store;
use super::types::Filter;
use crate::db::Conn;
use crate::error::{Error, OrInternal as _};
use crate::http::page::FacetValue;
use crate::i18n::{Catalogue, Language};
use crate::members;

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
    /// The names of this facet's values that the database or a file has.
    pub(super) fn read(conn: &mut Conn, facet: Facet, language: Language) -> Result<Self, Error> {
        let pick = |en: String, fr: String| if language == Language::Fr { fr } else { en };
        let names = match facet {
            Facet::Member => {
                store::organisations(conn)?.into_iter().map(|(_, code, en, fr)| (code, pick(en, fr))).collect()
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

    /// The values of a facet with their names: the most frequent first, chosen ones always among them.
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

fn languages() -> Result<Vec<LanguageRow>, Error> {
    let text = include_str!("../../data/languages.csv");
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().or_internal()
}
