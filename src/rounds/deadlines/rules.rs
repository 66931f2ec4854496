//! The effective deadline of an organisation, as a pure function of the ledger; which new entries the ledger takes; and
//! how a deadline is shown.
//!
//! A deadline for all can be moved either way: it may have been a mistake. What was granted to a region or to one
//! organisation stays.

use super::types::{DeadlineRow, DeadlineScope, GivenScope};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError};
use crate::members::Region;
use crate::rounds::types::ShownDeadline;
use crate::time::{Timestamp, Zone};

/// The ledger of a round, in the order in which it was written.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct Ledger {
    /// The deadline of a round that has not opened, whose ledger is empty.
    pub(in crate::rounds) first: Timestamp,
    /// The entries.
    pub(in crate::rounds) entries: Vec<DeadlineRow>,
}

/// The deadline of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rounds) struct Effective {
    /// The first instant at which its response is not accepted.
    pub(in crate::rounds) deadline: Timestamp,
    /// The deadline without what was granted to it alone.
    pub(in crate::rounds) general: Timestamp,
    /// The entry that grants it more time than that.
    pub(in crate::rounds) grant: Option<Id>,
}

impl DeadlineRow {
    /// Whether it is for an organisation of this region, or for all.
    pub(in crate::rounds) fn concerns(&self, region: Option<Region>, organisation: Id) -> bool {
        match self.scope {
            DeadlineScope::All => true,
            DeadlineScope::Region => self.region.is_some() && self.region == region,
            DeadlineScope::Organisation => self.organisation_id == Some(organisation),
        }
    }
}

impl Ledger {
    /// The deadline for all: the newest counts.
    pub(in crate::rounds) fn for_all(&self) -> Timestamp {
        let newest = self.entries.iter().rfind(|entry| entry.scope == DeadlineScope::All);
        newest.map_or(self.first, |entry| entry.closes_at)
    }

    /// The deadline of a region: that for all, or what was granted to it beyond that.
    pub(in crate::rounds) fn of_region(&self, region: Option<Region>) -> Timestamp {
        let of_it = |entry: &&DeadlineRow| entry.scope == DeadlineScope::Region && entry.region == region;
        let granted = self.entries.iter().filter(of_it).map(|entry| entry.closes_at).max();
        granted.map_or(self.for_all(), |granted| granted.max(self.for_all()))
    }

    /// The latest deadline that anybody has.
    pub(in crate::rounds) fn last(&self) -> Timestamp {
        let granted = self.entries.iter().filter(|entry| entry.scope != DeadlineScope::All);
        granted.map(|entry| entry.closes_at).max().map_or(self.for_all(), |granted| granted.max(self.for_all()))
    }

    /// The entries that concern an organisation.
    pub(in crate::rounds) fn about(
        &self,
        region: Option<Region>,
        organisation: Id,
    ) -> impl Iterator<Item = &DeadlineRow> {
        self.entries.iter().filter(move |entry| entry.concerns(region, organisation))
    }
}

/// The effective deadline of an organisation: what was granted to it beats its region, which beats all, and nobody has
/// less time than what was granted.
pub(in crate::rounds) fn effective_deadline(ledger: &Ledger, region: Option<Region>, organisation: Id) -> Effective {
    let general = ledger.of_region(region);
    let own = ledger.entries.iter().filter(|entry| entry.organisation_id == Some(organisation));
    let latest = own.max_by_key(|entry| entry.closes_at).filter(|entry| entry.closes_at > general);
    Effective {
        deadline: latest.map_or(general, |entry| entry.closes_at),
        general,
        grant: latest.map(|entry| entry.id),
    }
}

/// Refuses an entry that takes away time: what a region or an organisation has stays, and a deadline for all is not
/// moved to an earlier instant that has passed. `at_present` is what those concerned have.
///
/// # Errors
/// 422 at `pointer`.
pub(in crate::rounds) fn check_entry(
    scope: &GivenScope,
    closes_at: Timestamp,
    at_present: Timestamp,
    opens_at: Timestamp,
    now: Timestamp,
    pointer: &str,
) -> Result<(), Error> {
    let is_earlier = closes_at < at_present;
    let code = match scope {
        _ if closes_at <= opens_at => FieldCode::BeforeOpening,
        GivenScope::All if is_earlier && closes_at <= now => FieldCode::EarlierAndPast,
        GivenScope::Region(_) | GivenScope::Organisation(_) if is_earlier => FieldCode::EarlierThanGranted,
        _ => return Ok(()),
    };
    Err(Error::invalid(vec![FieldError::new(pointer, code).with("time", at_present)]))
}

/// A deadline as the clocks of its zone show it. The end of a day is 24:00 of that day: whoever reads the day only is
/// not misled.
pub(in crate::rounds) fn shown(at: Timestamp, zone: &Zone) -> ShownDeadline {
    let (day, time) = ends(at, zone);
    ShownDeadline { at, day, time, zone: zone.name().to_owned(), offset: zone.offset(at) }
}

/// The day and the time of day of an end.
fn ends(at: Timestamp, zone: &Zone) -> (String, String) {
    let before = at.minus(std::time::Duration::from_secs(1));
    match zone.hour(at).as_str() {
        "00:00" if zone.day(before) < zone.day(at) => (zone.day(before).to_string(), "24:00".to_owned()),
        time => (zone.day(at).to_string(), time.to_owned()),
    }
}
