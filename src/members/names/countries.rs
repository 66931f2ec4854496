//! Codes of three letters and official long names of countries (`data/countries.csv`): sheets of governments use them
//! in place of usual names; nobody types them into a search.

use std::collections::HashMap;

use serde::Deserialize;

use super::spelling::Spelling;

/// Further names of a country, for [`super::Names::called`].
#[derive(Debug, Default)]
pub(super) struct Country {
    /// Its code of three letters (ISO 3166-1), in lower case.
    pub(super) alpha_3: String,
    /// Its official long names in English and French, and those under which ISO 3166-1 sorts it.
    pub(super) names: Vec<Spelling>,
}

/// A row of `data/countries.csv`.
#[derive(Debug, Deserialize)]
struct Row {
    code: String,
    alpha_3: String,
    official_en: String,
    official_fr: String,
    /// Further names, separated by semicolons.
    also: String,
}

/// The countries by their codes of two letters.
pub(super) fn all() -> HashMap<String, Country> {
    let mut reader = csv::Reader::from_reader(include_str!("../../../data/countries.csv").as_bytes());
    // The data are part of the program, and a test checks every row: none is skipped.
    reader.deserialize::<Row>().filter_map(Result::ok).map(|row| (row.code.clone(), country(&row))).collect()
}

fn country(row: &Row) -> Country {
    let names = [row.official_en.as_str(), row.official_fr.as_str()].into_iter().chain(row.also.split(';'));
    let names = names.map(str::trim).filter(|name| !name.is_empty()).map(Spelling::of).collect();
    Country { alpha_3: row.alpha_3.to_ascii_lowercase(), names }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    #[test]
    fn every_country_has_a_code_of_its_own() {
        let all = all();
        assert_eq!(all.len(), 187);
        let codes: BTreeSet<&str> = all.values().map(|country| country.alpha_3.as_str()).collect();
        assert_eq!(codes.len(), all.len());
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase())));
    }
}
