//! When somebody is reminded of the day by which a section is due, of what, and when it is overdue.

use std::collections::{BTreeMap, BTreeSet};

use super::super::types::AssignmentRow;
use crate::db::Id;
use crate::time::{Day, Timestamp, Zone};

/// How many days before the day on which a section is due.
const BEFORE: i32 = 2;
/// The hour of a reminder, by the clocks of the round's zone.
const HOUR: i8 = 9;

/// A mail to a person: sections that are due on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reminder {
    pub(super) person: Id,
    pub(super) due_on: Day,
    pub(super) is_overdue: bool,
    pub(super) sections: Vec<String>,
}

/// The instants of both reminders: before the day, and after it.
fn moments(due_on: Day, zone: &Zone) -> [Option<Timestamp>; 2] {
    [-BEFORE, 1].map(|days| zone.at_hour(due_on.moved(days)?, HOUR))
}

/// When an assignment is looked at next, after this instant.
pub(in crate::responses::colleagues) fn next(due_on: Option<Day>, zone: &Zone, after: Timestamp) -> Option<Timestamp> {
    moments(due_on?, zone).into_iter().flatten().find(|at| *at > after)
}

/// Whether a day has passed by which something is due that is not ready.
pub(in crate::responses::colleagues) fn is_overdue(due_on: Option<Day>, is_done: bool, today: Day) -> bool {
    !is_done && due_on.is_some_and(|due_on| due_on < today)
}

/// The mails about these assignments at an instant: one for each person and day, about the sections that are `meant`.
pub(super) fn reminders(
    due: &[AssignmentRow],
    is_meant: impl Fn(&str, Id) -> bool,
    zone: &Zone,
    now: Timestamp,
) -> Vec<Reminder> {
    let mut found: BTreeMap<(Id, Day), Vec<String>> = BTreeMap::new();
    for row in due.iter().filter(|row| is_meant(&row.section, row.user_id)) {
        if let Some(due_on) = row.due_day() {
            found.entry((row.user_id, due_on)).or_default().push(row.section.clone());
        }
    }
    let reminder = |((person, due_on), sections): ((Id, Day), Vec<String>)| {
        let [before, overdue] = moments(due_on, zone);
        let has_come = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let is_overdue = has_come(overdue);
        (is_overdue || has_come(before)).then_some(Reminder { person, due_on, is_overdue, sections })
    };
    found.into_iter().filter_map(reminder).collect()
}

/// The days of these assignments, each with the instant at which it is looked at next.
pub(super) fn next_of<'r>(due: &'r [AssignmentRow], zone: &Zone, now: Timestamp) -> Vec<(&'r str, Option<Timestamp>)> {
    let days: BTreeSet<&str> = due.iter().filter_map(|row| row.due_on.as_deref()).collect();
    days.into_iter().map(|day| (day, next(Day::parse(day), zone, now))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Option<Day> {
        Day::parse(text)
    }

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    fn row(section: &str, person: u8, due_on: &str) -> AssignmentRow {
        AssignmentRow {
            response_id: id(9),
            section: section.to_owned(),
            user_id: id(person),
            due_on: Some(due_on.to_owned()),
            assigned_at: at("2026-03-01T00:00:00Z"),
            assigned_by: id(1),
            remind_at: None,
        }
    }

    #[test]
    fn a_day_is_reminded_of_in_the_morning_two_days_before_and_the_day_after() {
        let zone = Zone::named("Europe/Brussels").unwrap();
        // The clocks change on 29 March 2026.
        let next = |after: &str| next(day("2026-03-29"), &zone, at(after)).map(|at| at.to_string());
        let (before, overdue) = ("2026-03-27T08:00:00Z", "2026-03-30T07:00:00Z");
        assert_eq!(next("2026-03-01T00:00:00Z").as_deref(), Some(before));
        assert_eq!(next(before).as_deref(), Some(overdue));
        assert_eq!(next(overdue), None);
        assert_eq!(super::next(None, &zone, at(before)), None, "no day, no reminder");
        assert_eq!(super::next(day("9999-12-31"), &zone, at("9999-12-30T00:00:00Z")), None);
    }

    #[test]
    fn sections_of_a_person_and_a_day_are_one_mail() {
        let zone = Zone::default();
        let due = [row("one", 2, "2026-03-29"), row("two", 2, "2026-03-29"), row("two", 3, "2026-03-27")];
        let told = |now: &str| {
            let found = reminders(&due, |section, person| (section, person) != ("one", id(4)), &zone, at(now));
            found.into_iter().map(|found| (found.person, found.is_overdue, found.sections.len())).collect::<Vec<_>>()
        };
        assert!(told("2026-03-20T00:00:00Z").is_empty(), "too early");
        assert_eq!(told("2026-03-28T09:00:00Z"), [(id(2), false, 2), (id(3), true, 1)]);
        let ready = reminders(&due, |_, person| person == id(3), &zone, at("2026-03-30T09:00:00Z"));
        assert_eq!(ready.len(), 1, "what is ready is not reminded of");
        let next = next_of(&due, &zone, at("2026-03-28T09:00:00Z"));
        assert_eq!(next, [("2026-03-27", None), ("2026-03-29", Some(at("2026-03-30T09:00:00Z")))]);
    }

    #[test]
    fn a_section_is_overdue_once_its_day_has_passed() {
        let today = day("2026-03-29").unwrap();
        assert!(is_overdue(day("2026-03-28"), false, today));
        assert!(!is_overdue(day("2026-03-29"), false, today), "the day belongs to it");
        assert!(!is_overdue(day("2026-03-28"), true, today) && !is_overdue(None, false, today));
    }
}
