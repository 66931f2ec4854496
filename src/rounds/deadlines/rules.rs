//! The effective deadline of an organisation, as a pure function of the ledger; which new entries the ledger takes; and
//! how a deadline is shown.
//!
//! A deadline for all can be moved either way: it may have been a mistake. What was granted to a region or to one
//! organisation stays.

use std::time::Duration;

use super::types::{DeadlineRow, DeadlineScope, GivenScope};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError};
use crate::members::Region;
use crate::rounds::types::{FrameEntry, RoundState, ShownDeadline};
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

    /// The entries that concern a reader: those for all, and those for the reader's own places. The Secretariat sees all.
    pub(in crate::rounds) fn shown_to<'l>(
        &'l self,
        sees_all: bool,
        own: &'l [FrameEntry],
    ) -> impl Iterator<Item = &'l DeadlineRow> {
        self.entries.iter().filter(move |entry| {
            sees_all
                || entry.scope == DeadlineScope::All
                || own.iter().any(|place| entry.concerns(place.region, place.organisation))
        })
    }

    /// The number of its newest entry; none is 0.
    pub(in crate::rounds) fn newest(&self) -> i32 {
        self.entries.last().map_or(0, |entry| entry.number)
    }

    /// The latest deadline that anybody has.
    pub(in crate::rounds) fn last(&self) -> Timestamp {
        let granted = self.entries.iter().filter(|entry| entry.scope != DeadlineScope::All);
        granted.map(|entry| entry.closes_at).max().map_or(self.for_all(), |granted| granted.max(self.for_all()))
    }

    /// The latest deadline that a reader knows: that for all, or what was granted to one of these places.
    pub(in crate::rounds) fn last_of(&self, own: &[FrameEntry]) -> Timestamp {
        let of_place = |place: &FrameEntry| effective_deadline(self, place.region, place.organisation).deadline;
        own.iter().map(of_place).fold(self.for_all(), Timestamp::max)
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

/// Whether a round has ended for those who know the last of these deadlines alone.
pub(in crate::rounds) fn has_ended(state: RoundState, last: Timestamp, now: Timestamp) -> bool {
    state == RoundState::Closed || (state == RoundState::Open && now >= last)
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
    let before = at.minus(Duration::from_micros(1));
    match zone.hour(at).as_str() {
        "00:00" if zone.day(before) < zone.day(at) => (zone.day(before).to_string(), "24:00".to_owned()),
        time => (zone.day(at).to_string(), time.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::NewDeadline;
    use super::*;

    fn at(day: u8) -> Timestamp {
        format!("2024-05-{day:02}T00:00:00Z").parse().unwrap()
    }

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    /// A ledger with entries for all, a region, or an organisation, each until a day of May. The id of an entry is its
    /// number.
    fn ledger(entries: &[(GivenScope, u8)]) -> Ledger {
        let row = |(number, (scope, day)): (u8, &(GivenScope, u8))| {
            let (region, organisation) = match scope {
                GivenScope::All => (None, None),
                GivenScope::Region(region) => (Some(*region), None),
                GivenScope::Organisation(code) => (None, Some(id(code.parse().unwrap()))),
            };
            let new = NewDeadline {
                id: id(number),
                round: Id::nil(),
                number: i32::from(number),
                scope: scope.kind(),
                region,
                organisation,
                closes_at: at(*day),
                reason: None,
                by: None,
                request: None,
            };
            DeadlineRow::from((&new, at(1)))
        };
        Ledger { first: at(6), entries: (1..).zip(entries).map(row).collect() }
    }

    fn one(number: u8) -> GivenScope {
        GivenScope::Organisation(number.to_string())
    }

    const ESA: GivenScope = GivenScope::Region(Region::Esa);

    /// The deadline, the general one, and the grant of an organisation of ESA with this number.
    fn of(ledger: &Ledger, number: u8) -> (Timestamp, Timestamp, Option<Id>) {
        let Effective { deadline, general, grant } = effective_deadline(ledger, Some(Region::Esa), id(number));
        (deadline, general, grant)
    }

    #[test]
    fn an_organisation_beats_its_region_which_beats_all() {
        let ledger = ledger(&[(GivenScope::All, 6), (ESA, 10), (one(7), 20), (one(8), 12)]);
        assert_eq!(of(&ledger, 7), (at(20), at(10), Some(id(3))));
        assert_eq!(of(&ledger, 8), (at(12), at(10), Some(id(4))));
        assert_eq!(of(&ledger, 9), (at(10), at(10), None));
        let elsewhere = effective_deadline(&ledger, Some(Region::Wca), id(9));
        assert_eq!((elsewhere.deadline, ledger.last()), (at(6), at(20)));
    }

    #[test]
    fn s12_nobody_has_less_than_what_was_granted_or_than_all_have() {
        let shorter = ledger(&[(GivenScope::All, 15), (ESA, 18), (one(7), 20), (GivenScope::All, 8)]);
        assert_eq!((of(&shorter, 7).0, of(&shorter, 9).0), (at(20), at(18)));
        assert_eq!(shorter.for_all(), at(8), "a mistake was corrected");
        let longer = ledger(&[(GivenScope::All, 6), (one(7), 10), (GivenScope::All, 15)]);
        assert_eq!(of(&longer, 7), (at(15), at(15), None), "no longer late: all have that time");
        let twice = ledger(&[(GivenScope::All, 6), (one(7), 20), (one(7), 12)]);
        assert_eq!(of(&twice, 7).2, Some(id(2)));
        assert_eq!(of(&ledger(&[]), 7), (at(6), at(6), None), "before it opens");
    }

    #[test]
    fn an_entry_that_takes_time_away_is_refused() {
        let check = |scope: &GivenScope, day: u8, at_present: u8, now: u8| {
            check_entry(scope, at(day), at(at_present), at(2), at(now), "/closes_at").is_ok()
        };
        assert!(check(&one(7), 10, 10, 5) && !check(&one(7), 9, 10, 5));
        assert!(check(&ESA, 11, 10, 5) && !check(&ESA, 9, 10, 5));
        assert!(check(&GivenScope::All, 9, 10, 5), "that for all may have been a mistake");
        assert!(!check(&GivenScope::All, 4, 10, 5), "but it does not end in the past");
        assert!(check(&GivenScope::All, 12, 10, 20), "what is written down later");
        assert!(!check(&GivenScope::All, 2, 10, 1), "not before the opening");
    }

    #[test]
    fn s10_the_end_of_a_day_is_told_as_that_of_the_day() {
        let told = |instant: &str, zone: &str| {
            let shown = shown(instant.parse().unwrap(), &Zone::named(zone).unwrap());
            format!("{} {} {}", shown.day, shown.time, shown.offset)
        };
        assert_eq!(told("2024-05-15T22:00:00Z", "Europe/Brussels"), "2024-05-15 24:00 +02:00");
        assert_eq!(told("2024-05-15T21:59:59Z", "Europe/Brussels"), "2024-05-15 23:59 +02:00");
        assert_eq!(told("2024-05-15T22:00:30Z", "Europe/Brussels"), "2024-05-16 00:00 +02:00");
        assert_eq!(told("2024-05-15T10:00:00Z", "Pacific/Kiritimati"), "2024-05-15 24:00 +14:00");
        assert_eq!(told("2024-05-16T11:00:00Z", "Pacific/Midway"), "2024-05-15 24:00 -11:00");
    }
}
