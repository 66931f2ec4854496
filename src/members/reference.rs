//! The reference data that comes with the program: `data/members.csv` and `data/technologies.csv`.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::types::{OrganisationKind, Region};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;

/// A row of `data/members.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct MemberRow {
    pub(super) code: String,
    pub(super) kind: OrganisationKind,
    pub(super) region: Option<Region>,
    pub(super) member_since: Option<String>,
    pub(super) language: Language,
    pub(super) name_en: String,
    pub(super) name_fr: String,
}

/// A row of `data/technologies.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct TechnologyRow {
    pub(super) code: String,
    pub(super) focus: bool,
    pub(super) active: bool,
    pub(super) name_en: String,
    pub(super) name_fr: String,
}

pub(super) fn members() -> Result<Vec<MemberRow>, Error> {
    read(include_str!("../../data/members.csv"))
}

pub(super) fn technologies() -> Result<Vec<TechnologyRow>, Error> {
    read(include_str!("../../data/technologies.csv"))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().or_internal()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
