//! The reference data of the program: members, their further names, and technologies (`data/*.csv`).
//!
//! Loading adds missing rows and never overwrites: edits by the Secretariat stay, removals of names included (`store`).

mod store;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::types::{OrganisationKind, Region, SECRETARIAT_CODE};
use crate::db::Conn;
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::random::Random;
use crate::time::Timestamp;

/// A row of `data/members.csv`.
#[derive(Debug, Deserialize)]
struct MemberRow {
    code: String,
    kind: OrganisationKind,
    region: Option<Region>,
    member_since: Option<String>,
    language: Language,
    /// Official languages, separated by spaces.
    #[serde(deserialize_with = "separated")]
    languages: Vec<String>,
    name_en: String,
    name_fr: String,
}

/// A row of `data/aliases.csv`.
#[derive(Debug, Deserialize)]
struct AliasRow {
    code: String,
    language: String,
    name: String,
}

/// A row of `data/technologies.csv`.
#[derive(Debug, Deserialize)]
struct TechnologyRow {
    code: String,
    focus: bool,
    active: bool,
    name_en: String,
    name_fr: String,
}

/// Adds missing rows; returns their number.
pub(super) fn load(conn: &mut Conn, now: Timestamp, random: &Random) -> Result<usize, Error> {
    conn.exclude_others()?;
    let mut members = members()?;
    members.push(MemberRow {
        code: SECRETARIAT_CODE.to_owned(),
        kind: OrganisationKind::Secretariat,
        region: None,
        member_since: None,
        language: Language::En,
        languages: vec!["en".to_owned(), "fr".to_owned()],
        name_en: "Secretariat".to_owned(),
        name_fr: "Secrétariat".to_owned(),
    });
    let mut added = store::load_members(conn, &members, now, random)?;
    added += store::load_aliases(conn, &aliases()?)?;
    if added > 0 {
        super::store::bump_revision(conn)?;
    }
    Ok(added + store::load_technologies(conn, &technologies()?)?)
}

fn members() -> Result<Vec<MemberRow>, Error> {
    read(include_str!("../../../data/members.csv"))
}

fn aliases() -> Result<Vec<AliasRow>, Error> {
    read(include_str!("../../../data/aliases.csv"))
}

fn technologies() -> Result<Vec<TechnologyRow>, Error> {
    read(include_str!("../../../data/technologies.csv"))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().or_internal()
}

fn separated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(String::deserialize(deserializer)?.split_whitespace().map(str::to_owned).collect())
}

/// The organisations of the reference data as the input of an index of names; for tests.
#[cfg(test)]
pub(super) fn named() -> Vec<super::names::NamedOrganisation> {
    use super::names::{NameKind, NamedOrganisation};
    let aliases = aliases().unwrap();
    let of = |row: MemberRow| {
        let own = aliases.iter().filter(|alias| alias.code == row.code).map(|a| (NameKind::Alias, a.name.clone()));
        let official = [(NameKind::NameEn, row.name_en.clone()), (NameKind::NameFr, row.name_fr)];
        NamedOrganisation {
            organisation: crate::db::Id::nil(),
            sort_name: crate::text::fold(&row.name_en),
            code: row.code.clone(),
            hidden: false,
            names: official.into_iter().chain(own).collect(),
        }
    };
    members().unwrap().into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn the_community_has_187_members_and_the_union() {
        let members = members().unwrap();
        let count = |kind| members.iter().filter(|row| row.kind == kind).count();
        assert_eq!(count(OrganisationKind::Member), 187);
        assert_eq!(count(OrganisationKind::EconomicUnion), 1);
        let of = |region| members.iter().filter(|row| row.region == Some(region)).count();
        let regions: Vec<usize> = Region::ALL.iter().map(|&region| of(region)).collect();
        assert_eq!(regions, [34, 53, 24, 24, 18, 35]);
        assert_eq!(technologies().unwrap().iter().filter(|row| row.active).count(), 11);
    }

    #[test]
    fn languages_and_further_names_are_what_an_edit_would_take() {
        let members = members().unwrap();
        for row in &members {
            assert!(!row.languages.is_empty(), "{}", row.code);
            assert!(row.languages.iter().all(|code| text::is_language_code(code)), "{row:?}");
        }
        for alias in aliases().unwrap() {
            assert!(members.iter().any(|row| row.code == alias.code), "{alias:?}");
            assert!(text::is_language_code(&alias.language), "{alias:?}");
            assert_eq!(text::line(&alias.name, 100).as_ref(), Ok(&alias.name));
        }
    }
}
