//! Instants and the clock.
//!
//! A [`Timestamp`] counts microseconds since 1970 in UTC, which both databases store without loss, and is RFC 3339 in
//! JSON. Only [`Clock::system`] reads the machine's time; all other code is given a clock, so that a test can move
//! time, and so that processes that share a PostgreSQL go by its clock (`clock`). Pages show instants in the zone of
//! their reader ([`Zone`]).

mod clock;
mod zone;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::query_builder::QueryId;
use diesel::sql_types::{SqlOrd, SqlType};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use clock::{Clock, Measure};
pub use zone::{Reading, Zone};

/// SQL type of [`Timestamp`]; `db::timestamp` says how each database stores it.
#[derive(QueryId, SqlType, Default, Debug, Clone, Copy)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct SqlTimestamp;

impl SqlOrd for SqlTimestamp {}

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(AsExpression, FromSqlRow, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[diesel(sql_type = SqlTimestamp)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `micros` microseconds after 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as JSON Web Tokens count them.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The instant `by` later; the last possible instant on overflow.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The instant `by` earlier.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The time since `earlier`; zero if that is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or_default())
    }

    /// The instant in the format of HTTP headers (RFC 9110, 5.6.7); empty if the calendar does not have it.
    #[must_use]
    pub fn http_date(self) -> String {
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&self.as_jiff()).unwrap_or_default()
    }

    /// The day of this instant, in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day(jiff::tz::Offset::UTC.to_datetime(self.as_jiff()).date())
    }

    /// The last day, in UTC, of a period that ends at this instant: the day before if it ends at midnight, since a
    /// period through 30 June ends at 2027-07-01T00:00:00Z.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.minus(Duration::from_micros(1)).day()
    }

    /// The hour and minute of this instant, in UTC: `09:05`.
    #[must_use]
    pub fn hour(self) -> String {
        Zone::default().hour(self)
    }

    /// This instant to the minute, as HTML's `datetime` wants it: `2026-11-28T12:00Z`.
    #[must_use]
    pub fn minute(self) -> String {
        format!("{}T{}Z", self.day(), self.hour())
    }

    fn as_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_jiff().fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The message for a text that is no instant; `http::json` recognises it.
pub const NO_INSTANT: &str = "no instant with its offset";

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_not_one| de::Error::custom(NO_INSTANT))
    }
}

/// A day of the calendar, in UTC: `2024-02-02`. Its text sorts in the order of days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Parses a full date; none if the calendar does not have it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.parse().ok()?;
        // jiff also takes 20240202 and years of six digits.
        (date.to_string() == text && text.len() == 10).then_some(Self(date))
    }

    /// The day of the month and the month, both from 1, and the year.
    #[must_use]
    pub fn parts(self) -> (i8, i8, i16) {
        (self.0.day(), self.0.month(), self.0.year())
    }

    /// The day so many days later, or earlier where that is negative; none beyond the calendar.
    #[must_use]
    pub fn moved(self, days: i32) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        let moved = self.0.checked_add(span).ok().map(Self)?;
        // The calendar of texts ends with the year 9999, and begins with the year 0.
        Self::parse(&moved.to_string())
    }

    /// The first instant of this day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        midnight(self.0).unwrap_or(Timestamp(i64::MIN))
    }

    /// The first instant after this day.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.0.tomorrow().ok().and_then(midnight).unwrap_or(Timestamp(i64::MAX))
    }
}

/// The first instant of a date in UTC.
fn midnight(date: jiff::civil::Date) -> Option<Timestamp> {
    let instant = date.to_datetime(jiff::civil::Time::midnight()).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(instant.timestamp().as_microsecond()))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_full_and_is_in_the_calendar() {
        for bad in
            ["", "2024", "2024-02", "20240202", "2023-02-29", "2024-2-2", "2024-02-02T00:00:00Z", "+002024-02-02"]
        {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
        let day = Day::parse("2024-02-29").unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!(day.end().to_string(), "2024-03-01T00:00:00Z");
        assert_eq!(day.end().day(), Day::parse("2024-03-01").unwrap());
        assert_eq!(day.end().last_day(), day, "b17: what ends with a day holds on it");
        assert_eq!(day.end().plus(Duration::from_hours(12)).last_day(), day.end().day());
        assert_eq!(day.parts(), (29, 2, 2024));
        assert_eq!((day.moved(1), day.moved(-29)), (Day::parse("2024-03-01"), Day::parse("2024-01-31")));
        assert_eq!(Day::parse("9999-12-31").unwrap().moved(1), None);
        assert_eq!("2024-02-29T10:05:59.9+01:00".parse::<Timestamp>().unwrap().hour(), "09:05");
        assert_eq!(Day::parse("9999-12-31").unwrap().end(), Timestamp(i64::MAX));
        let minute = "2024-02-29T10:05:59.9+01:00".parse::<Timestamp>().unwrap().minute();
        assert_eq!(minute, "2024-02-29T09:05Z");
        assert_eq!(minute.parse::<Timestamp>().unwrap().minute(), minute, "it is read again as the same");
    }
}
