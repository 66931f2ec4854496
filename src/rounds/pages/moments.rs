//! Deadlines and openings in words, and the fields of an instant.
//!
//! A page shows a deadline in the zone of its round, in that of the reader, and in UTC, and an opening in the same way; a
//! row of a table shows only the first, with its offset. A form has a day and a time of day in the zone of the round;
//! without a time, it is the beginning of the day, or its end for a deadline. Where the clocks of the zone skip the time
//! or show it twice, the later instant is taken, so that nobody loses time.

use super::super::{ShownDeadline, shown_deadline};
use crate::error::{FieldCode, FieldError, FieldErrors};
use crate::time::{Reading, Timestamp, Zone};
use crate::web::{FormState, Page, Shown};

/// The end of a day, as a deadline says it.
const DAY_END: &str = "24:00";
/// Its beginning, as an opening says it.
const DAY_START: &str = "00:00";
/// The zone that is told beside others.
const UTC: &str = "UTC";
/// The offset of clocks that show the same as those of UTC.
const NO_OFFSET: &str = "+00:00";

/// What an instant is without a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// The beginning of the day.
    Start,
    /// Its end: the first instant of the next day.
    End,
}

/// A deadline in words, by one clock in each line. None says again what another has said.
#[must_use]
pub fn deadline(page: &Page, deadline: &ShownDeadline) -> Shown {
    by_clocks(page, deadline, "deadline-of-round")
}

/// The opening of a round with this zone, by the same clocks.
pub(super) fn opening_at(page: &Page, at: Timestamp, zone: &str) -> Shown {
    let zoned = Zone::stored(Some(zone));
    let (day, time, offset) = (zoned.day(at).to_string(), zoned.hour(at), zoned.offset(at));
    by_clocks(page, &ShownDeadline { at, day, time, zone: zone.to_owned(), offset }, "opening-of-round")
}

fn by_clocks(page: &Page, deadline: &ShownDeadline, key: &str) -> Shown {
    let zone = page.zone();
    let has_no_offset = |zone: &str| Zone::stored(Some(zone)).offset(deadline.at) == NO_OFFSET;
    let is_elsewhere = zone != deadline.zone && zone != UTC;
    let is_told = has_no_offset(&deadline.zone) || (is_elsewhere && has_no_offset(zone));
    let of_reader = is_elsewhere.then(|| told(page, deadline, "deadline-of-reader"));
    let in_utc = (!is_told).then(|| told(page, deadline, "deadline-in-utc"));
    told(page, deadline, key).above(of_reader.into_iter().chain(in_utc).collect())
}

/// A deadline in a row of a table, by the clocks of its round alone.
#[must_use]
pub fn deadline_in_row(page: &Page, deadline: &ShownDeadline) -> Shown {
    told(page, deadline, "deadline-of-round")
}

fn told(page: &Page, deadline: &ShownDeadline, key: &str) -> Shown {
    let closing = match deadline.time.as_str() {
        DAY_END => "day_end",
        DAY_START => "day_start",
        _ => "hour",
    };
    let args = [
        ("closing", closing.to_owned()),
        ("day", deadline.day.clone()),
        ("at", deadline.at.to_string()),
        ("zone_of_round", deadline.zone.clone()),
        ("utc", UTC.to_owned()),
    ];
    Shown::at(deadline.at, page.text_with(key, &args))
}

/// The same of an instant, in a round with this zone.
#[must_use]
pub fn deadline_at(page: &Page, at: Timestamp, zone: &str) -> Shown {
    deadline(page, &shown_deadline(at, zone))
}

/// The form with the fields of an instant; a time of day at the edge of a day stays empty.
pub(super) fn filled(form: FormState, name: &str, at: Timestamp, zone: &str, edge: Edge) -> FormState {
    let zoned = Zone::stored(Some(zone));
    let (day, time) = match edge {
        Edge::Start => (zoned.day(at).to_string(), zoned.hour(at)),
        Edge::End => {
            let ShownDeadline { day, time, .. } = shown_deadline(at, zone);
            (day, time)
        }
    };
    let is_edge = time == DAY_END || (edge == Edge::Start && time == DAY_START);
    form.with(name, day).with(&format!("{name}_time"), if is_edge { String::new() } else { time })
}

/// Reads the fields of an instant. Faults are told at the day, `/<name>`, and at the time, `/<name>_time`.
pub(super) fn read(
    faults: &mut FieldErrors,
    name: &str,
    (day, time): (&str, &str),
    zone: &Zone,
    edge: Edge,
) -> Option<Timestamp> {
    let fault = |code| move |_unparsed: jiff::Error| FieldError::new("", code);
    let at_day = format!("/{name}");
    if day.trim().is_empty() {
        faults.add(FieldError::new(at_day, FieldCode::Missing));
        return None;
    }
    let date = faults.take(&at_day, day.trim().parse::<jiff::civil::Date>().map_err(fault(FieldCode::BadDate)))?;
    let (date, clock) = if time.trim().is_empty() {
        let whole = if edge == Edge::End { date.tomorrow() } else { Ok(date) };
        (faults.take(&at_day, whole.map_err(fault(FieldCode::BadDate)))?, jiff::civil::Time::midnight())
    } else {
        let clock = time.trim().parse::<jiff::civil::Time>().map_err(fault(FieldCode::WrongType));
        (date, faults.take(&format!("{at_day}_time"), clock)?)
    };
    match zone.read(date, clock) {
        Some(Reading::Once(at) | Reading::Skipped([_, at]) | Reading::Twice([_, at])) => Some(at),
        None => faults.take(&at_day, Err(FieldError::new("", FieldCode::BadDate))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str, time: &str, edge: Edge) -> Result<String, Vec<String>> {
        let zone = Zone::named("Europe/Brussels").unwrap();
        let mut faults = FieldErrors::new();
        let found = read(&mut faults, "closes_at", (day, time), &zone, edge);
        match faults.finish_with(found) {
            Ok(at) => Ok(at.to_string()),
            Err(crate::error::Error::Refused(refusal)) => {
                Err(refusal.errors.into_iter().map(|fault| fault.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_day_without_a_time_is_its_beginning_or_its_end() {
        assert_eq!(at("2024-05-15", "", Edge::End).unwrap(), "2024-05-15T22:00:00Z");
        assert_eq!(at("2024-05-15", "", Edge::Start).unwrap(), "2024-05-14T22:00:00Z");
        assert_eq!(at("2024-05-15", "18:00", Edge::End).unwrap(), "2024-05-15T16:00:00Z");
    }

    #[test]
    fn of_a_time_that_the_clocks_skip_or_show_twice_the_later_instant_is_meant() {
        assert_eq!(at("2024-03-31", "02:30", Edge::End).unwrap(), "2024-03-31T01:30:00Z");
        assert_eq!(at("2024-10-27", "02:30", Edge::End).unwrap(), "2024-10-27T01:30:00Z");
    }

    #[test]
    fn a_fault_is_told_at_its_field() {
        assert_eq!(at(" ", "18:00", Edge::End).unwrap_err(), ["/closes_at"]);
        assert_eq!(at("15 May", "", Edge::End).unwrap_err(), ["/closes_at"]);
        assert_eq!(at("2024-05-15", "noon", Edge::End).unwrap_err(), ["/closes_at_time"]);
    }
}
