//! Validation of a set, the difference between two sets, and counts.

use std::collections::HashMap;

use super::types::{AdoptionCounts, AdoptionEntry, AdoptionStatus, Cell, GivenAdoption, GivenSet};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::text;
use crate::time::Day;

/// Most entries of a set; the list of technologies is shorter.
pub const MAX_ENTRIES: usize = 100;

/// The validated set. `known` are the technologies of the list.
///
/// # Errors
/// 422 with every faulty field.
pub fn parse(given: &GivenSet, known: &[String], today: Day) -> Result<Vec<GivenAdoption>, Error> {
    if given.data.len() > MAX_ENTRIES {
        return Err(Error::invalid(vec![FieldError::new("/data", FieldCode::TooMany).with("max", MAX_ENTRIES)]));
    }
    let mut faults = FieldErrors::new();
    let mut parsed: Vec<GivenAdoption> = Vec::new();
    for (index, entry) in given.data.iter().enumerate() {
        let technology = entry.technology.trim().to_lowercase();
        let at = |field: &str| format!("/data/{index}/{field}");
        let (technology_at, since_at, willing_at) = (at("technology"), at("since"), at("willing_to_share"));
        if !known.contains(&technology) {
            let fault = FieldError::new(technology_at, FieldCode::UnknownTechnology);
            faults.add(fault.with("value", text::shown(&entry.technology)));
        } else if parsed.iter().any(|before| before.technology == technology) {
            faults.add(FieldError::new(technology_at, FieldCode::Duplicate));
        }
        let checked = |text: &str| since(text, today);
        let since = faults.take_optional(&since_at, entry.since.as_deref(), checked);
        if entry.willing_to_share && entry.status == AdoptionStatus::None {
            faults.add(FieldError::new(willing_at, FieldCode::NothingToShare));
        }
        parsed.push(GivenAdoption { technology, since, ..entry.clone() });
    }
    faults.finish()?;
    Ok(parsed)
}

/// A year, a month or a day that is not in the future.
fn since(text: &str, today: Day) -> Result<String, FieldError> {
    let text = text.trim();
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    match Day::parse(&whole) {
        None => Err(FieldError::new("", FieldCode::BadSince)),
        Some(day) if day > today => Err(FieldError::new("", FieldCode::InTheFuture)),
        Some(_) => Ok(text.to_owned()),
    }
}

/// The difference between two sets.
#[derive(Debug, Default)]
pub struct Change {
    /// Technologies whose entry is removed.
    pub removed: Vec<String>,
    /// New and changed entries.
    pub put: Vec<GivenAdoption>,
}

impl Change {
    /// Whether both sets are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.put.is_empty()
    }

    /// The affected technologies.
    #[must_use]
    pub fn technologies(&self) -> Vec<&str> {
        let put = self.put.iter().map(|entry| entry.technology.as_str());
        self.removed.iter().map(String::as_str).chain(put).collect()
    }
}

/// The difference between the stored set and the new one.
#[must_use]
pub fn change(before: &[AdoptionEntry], after: Vec<GivenAdoption>) -> Change {
    let is_kept = |known: &&AdoptionEntry| after.iter().any(|entry| entry.technology == known.technology);
    let removed = before.iter().filter(|known| !is_kept(known)).map(|known| known.technology.clone()).collect();
    let is_new = |entry: &GivenAdoption| {
        !before.iter().any(|known| {
            known.technology == entry.technology
                && known.status == entry.status
                && known.since == entry.since
                && known.willing_to_share == entry.willing_to_share
        })
    };
    Change { removed, put: after.into_iter().filter(is_new).collect() }
}

/// What is said of technologies after some of it was told anew: an entry with the same status stays as it is, one with
/// another status has no known beginning.
#[must_use]
pub fn merged(before: &[AdoptionEntry], told: Vec<GivenAdoption>) -> Vec<GivenAdoption> {
    let kept = |known: &AdoptionEntry| GivenAdoption {
        technology: known.technology.clone(),
        status: known.status,
        since: known.since.clone(),
        willing_to_share: known.willing_to_share,
    };
    let mut all: Vec<GivenAdoption> = before.iter().map(kept).collect();
    for entry in told {
        match all.iter_mut().find(|known| known.technology == entry.technology) {
            Some(known) if known.status == entry.status => {}
            Some(known) => {
                let willing_to_share = known.willing_to_share && entry.status != AdoptionStatus::None;
                *known = GivenAdoption { willing_to_share, ..entry };
            }
            None => all.push(entry),
        }
    }
    all
}

/// Counts by technology.
#[must_use]
pub fn count(cells: Vec<Cell>) -> HashMap<String, AdoptionCounts> {
    let mut counts: HashMap<String, AdoptionCounts> = HashMap::new();
    for cell in cells {
        let of = counts.entry(cell.technology).or_default();
        let place = match cell.status {
            AdoptionStatus::None => &mut of.none,
            AdoptionStatus::Considering => &mut of.considering,
            AdoptionStatus::Planned => &mut of.planned,
            AdoptionStatus::UnderDevelopment => &mut of.under_development,
            AdoptionStatus::InUse => &mut of.in_use,
            AdoptionStatus::Retired => &mut of.retired,
        };
        *place += 1;
        if cell.willing {
            of.willing_to_share.push(cell.member);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn today() -> Day {
        Day::parse("2026-02-02").unwrap()
    }

    fn entry(technology: &str, status: AdoptionStatus) -> GivenAdoption {
        GivenAdoption { technology: technology.to_owned(), status, since: None, willing_to_share: false }
    }

    #[test]
    fn a_beginning_is_as_exact_as_it_is_known_and_never_to_come() {
        for good in ["2019", "2019-04", "2019-04-30", "2026-02-02", " 2026 "] {
            assert_eq!(since(good, today()).as_deref(), Ok(good.trim()), "{good}");
        }
        for (bad, code) in [
            ("2019-13", FieldCode::BadSince),
            ("19", FieldCode::BadSince),
            ("last year", FieldCode::BadSince),
            ("2019-02-29", FieldCode::BadSince),
            ("2027", FieldCode::InTheFuture),
            ("2026-03", FieldCode::InTheFuture),
        ] {
            assert_eq!(since(bad, today()).map_err(|fault| fault.code), Err(code), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_change_leads_from_one_set_to_the_other(
            before in prop::collection::btree_map(0..6_usize, 0..6_usize, 0..6),
            after in prop::collection::btree_map(0..6_usize, 0..6_usize, 0..6),
        ) {
            let status = |of: usize| AdoptionStatus::ALL[of];
            let said = |(&technology, &of): (&usize, &usize)| AdoptionEntry {
                technology: technology.to_string(),
                status: status(of),
                since: None,
                willing_to_share: false,
                updated_at: Timestamp::from_micros(0),
            };
            let known: Vec<AdoptionEntry> = before.iter().map(said).collect();
            let given = after.iter().map(|(technology, &of)| entry(&technology.to_string(), status(of))).collect();
            let change = change(&known, given);
            let mut result = before.clone();
            result.retain(|technology, _| !change.removed.contains(&technology.to_string()));
            for put in &change.put {
                let place = AdoptionStatus::ALL.iter().position(|&known| known == put.status).unwrap();
                let was = result.insert(put.technology.parse().unwrap(), place);
                prop_assert_ne!(was, Some(place), "what stays the same is not written");
            }
            prop_assert_eq!(&result, &after);
            prop_assert_eq!(change.is_empty(), before == after);
        }
    }
}
