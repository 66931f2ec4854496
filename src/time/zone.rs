//! Time zones: the names of the IANA database, which is compiled in, and what the clocks of a zone show.
//!
//! A day and a time of day that a person types are read by [`Zone::read`]: most are one instant; one that the clocks
//! skip or show twice could be either of two, and the person is asked which.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::{Day, Timestamp};

/// The zone where none was chosen.
const UTC: &str = "UTC";
/// A name of the database that is no zone in which anybody lives: it marks a machine without settings.
const UNSET: &str = "Factory";
/// The part of the database whose names are for machines, beside the continents and oceans.
const FOR_MACHINES: &str = "Etc/";

/// The database of the binary, whatever the machine has.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zones to choose from: UTC, then the main names of all places.
static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let is_place = |name: &String| {
        let is_main = || DATABASE.get(name).is_ok_and(|zone| zone.is_primary());
        name.contains('/') && !name.starts_with(FOR_MACHINES) && is_main()
    };
    let names = DATABASE.available().map(|name| name.as_str().to_owned());
    let mut places: Vec<String> = names.filter(is_place).collect();
    places.sort_unstable();
    places.insert(0, UTC.to_owned());
    places
});

/// A time zone. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// What a day and a time of day are in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One instant.
    Once(Timestamp),
    /// The clocks skip it: the instant as long before the change, and the one as long after.
    Skipped([Timestamp; 2]),
    /// The clocks show it twice: the first and the second instant.
    Twice([Timestamp; 2]),
}

impl Zone {
    /// The zone of this name; none where the database does not have it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = DATABASE.get(name.trim()).ok()?;
        let is_known = zone.iana_name().is_some_and(|name| name != UNSET);
        is_known.then_some(Self(zone))
    }

    /// The zone that a person chose; UTC where none was, or where the database has it no longer.
    #[must_use]
    pub fn stored(name: Option<&str>) -> Self {
        name.and_then(Self::named).unwrap_or_default()
    }

    /// The names to choose from: UTC, then the places of all continents and oceans, as the database writes them.
    #[must_use]
    pub fn places() -> &'static [String] {
        &PLACES
    }

    /// Its name, as the database writes it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or(UTC)
    }

    /// The offset of its clocks from UTC at an instant: `+05:30`.
    #[must_use]
    pub fn offset(&self, at: Timestamp) -> String {
        let seconds = self.0.to_offset(at.as_jiff()).seconds();
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The name with the offset of an instant: `Europe/Brussels (UTC+01:00)`, or `UTC` alone.
    #[must_use]
    pub fn told(&self, at: Timestamp) -> String {
        match self.name() {
            UTC => UTC.to_owned(),
            name => format!("{name} (UTC{})", self.offset(at)),
        }
    }

    /// The day that its calendars show at an instant.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Day {
        Day(self.0.to_datetime(at.as_jiff()).date())
    }

    /// The hour and minute that its clocks show at an instant: `09:05`.
    #[must_use]
    pub fn hour(&self, at: Timestamp) -> String {
        let time = self.0.to_datetime(at.as_jiff()).time();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// The instant at which its clocks show the same time of day so many days earlier; where they skip that time, the one
    /// as long after the change.
    #[must_use]
    pub fn days_earlier(&self, at: Timestamp, days: i32) -> Timestamp {
        let span = jiff::Span::new().try_days(days).ok();
        let zoned = at.as_jiff().to_zoned(self.0.clone());
        let earlier = span.and_then(|span| zoned.checked_sub(span).ok());
        earlier.map_or(at, |zoned| Timestamp(zoned.timestamp().as_microsecond()))
    }

    /// The instant of a full hour of a day; where the clocks skip it, the one as long after the change, and where they
    /// show it twice, the first. None beyond the calendar.
    #[must_use]
    pub fn at_hour(&self, day: Day, hour: i8) -> Option<Timestamp> {
        let found = self.0.to_ambiguous_timestamp(day.0.to_datetime(Time::new(hour, 0, 0, 0).ok()?));
        found.compatible().ok().map(|at| Timestamp(at.as_microsecond()))
    }

    /// What a day and a time of day are in this zone; none where they are beyond the calendar.
    #[must_use]
    pub fn read(&self, day: Date, time: Time) -> Option<Reading> {
        let found = self.0.to_ambiguous_timestamp(day.to_datetime(time));
        let instant = |at: jiff::Timestamp| Timestamp(at.as_microsecond());
        let both = || Some([found.earlier().ok().map(instant)?, found.later().ok().map(instant)?]);
        match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => found.unambiguous().ok().map(instant).map(Reading::Once),
            AmbiguousOffset::Gap { .. } => both().map(Reading::Skipped),
            AmbiguousOffset::Fold { .. } => both().map(Reading::Twice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_what_the_clocks_of_a_zone_show() {
        let last_evening = at("2026-12-31T20:30:00Z");
        for (name, day, hour, told) in [
            ("UTC", "2026-12-31", "20:30", "UTC"),
            ("Africa/Dakar", "2026-12-31", "20:30", "Africa/Dakar (UTC+00:00)"),
            ("Asia/Kathmandu", "2027-01-01", "02:15", "Asia/Kathmandu (UTC+05:45)"),
            ("America/St_Johns", "2026-12-31", "17:00", "America/St_Johns (UTC-03:30)"),
        ] {
            let shown = zone(name);
            assert_eq!((shown.day(last_evening).to_string().as_str(), shown.hour(last_evening).as_str()), (day, hour));
            assert_eq!(shown.told(last_evening), told);
        }
        assert_eq!(zone("europe/brussels").told(at("2026-07-01T10:00:00Z")), "Europe/Brussels (UTC+02:00)");
    }

    #[test]
    fn a_time_that_the_clocks_skip_or_show_twice_could_be_two() {
        let read = |day: &str, time: &str| zone("Europe/Brussels").read(day.parse().unwrap(), time.parse().unwrap());
        assert_eq!(read("2027-01-11", "09:00"), Some(Reading::Once(at("2027-01-11T08:00:00Z"))));
        let skipped = [at("2027-03-28T00:30:00Z"), at("2027-03-28T01:30:00Z")];
        assert_eq!(read("2027-03-28", "02:30"), Some(Reading::Skipped(skipped)));
        let twice = [at("2027-10-31T00:30:00Z"), at("2027-10-31T01:30:00Z")];
        assert_eq!(read("2027-10-31", "02:30"), Some(Reading::Twice(twice)));
    }

    #[test]
    fn some_days_earlier_is_the_same_time_of_day() {
        let earlier = |name: &str, from: &str, days| zone(name).days_earlier(at(from), days).to_string();
        // Brussels changed to summer time on 31 March 2024, and back on 27 October.
        assert_eq!(earlier("Europe/Brussels", "2024-04-03T22:00:00Z", 7), "2024-03-27T23:00:00Z");
        assert_eq!(earlier("Europe/Brussels", "2024-10-29T23:00:00Z", 3), "2024-10-26T22:00:00Z");
        assert_eq!(earlier("Europe/Brussels", "2024-04-01T00:30:00Z", 1), "2024-03-31T01:30:00Z", "skipped");
        assert_eq!(earlier("Pacific/Kiritimati", "2024-04-03T10:00:00Z", 7), "2024-03-27T10:00:00Z");
        assert_eq!(earlier("Pacific/Midway", "2024-04-03T11:00:00Z", 1), "2024-04-02T11:00:00Z");
    }

    #[test]
    fn an_hour_of_a_day_is_one_instant() {
        let at_hour =
            |day: &str, hour| zone("Europe/Brussels").at_hour(Day::parse(day).unwrap(), hour).map(|at| at.to_string());
        assert_eq!(at_hour("2027-01-11", 9).as_deref(), Some("2027-01-11T08:00:00Z"));
        assert_eq!(at_hour("2027-03-28", 2).as_deref(), Some("2027-03-28T01:00:00Z"), "skipped");
        assert_eq!(at_hour("2027-10-31", 2).as_deref(), Some("2027-10-31T00:00:00Z"), "shown twice");
        assert_eq!(at_hour("2027-01-11", 24), None);
    }

    #[test]
    fn every_zone_to_choose_is_one_and_no_other_text_is() {
        let places = Zone::places();
        assert_eq!(places.first().map(String::as_str), Some("UTC"));
        for place in ["Africa/Dakar", "Europe/Brussels", "Asia/Kolkata", "Pacific/Auckland"] {
            assert!(places.iter().any(|known| known == place), "{place}");
        }
        for place in places {
            assert_eq!(Zone::named(place).map(|zone| zone.name().to_owned()).as_ref(), Some(place));
        }
        for nothing in ["", "Mars/Olympus", "Factory", "+01:00", "local"] {
            assert!(Zone::named(nothing).is_none(), "{nothing}");
        }
        assert_eq!(Zone::stored(Some("Mars/Olympus")).name(), "UTC");
        assert_eq!(Zone::stored(None).name(), "UTC");
    }
}
