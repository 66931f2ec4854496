//! Who is reminded, and when the calendar of a round does it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::db::Id;
use crate::error::Error;
use crate::identity::Credentials;
use crate::rounds::deadlines::rules::Ledger;
use crate::rounds::progress::Stand;
use crate::rounds::types::{CalendarEntry, ResponseState};
use crate::time::{Timestamp, Zone};

/// Longest time for which a mail about a deadline is tried to be delivered.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 14);

/// A person who is reminded, about one of the own organisations.
#[derive(Clone)]
pub(super) struct Addressee {
    pub(super) person: Credentials,
    pub(super) stand: Stand,
}

/// Who is reminded, and which organisations nobody could be written to for.
#[derive(Clone, Default)]
pub(super) struct Addressees {
    /// In the order of the people.
    pub(super) people: Vec<Addressee>,
    /// By their codes.
    pub(super) without_people: Vec<String>,
}

/// The organisations whose people are reminded: their responses are in one of these states, and can still be submitted.
pub(super) fn due(stands: Vec<Stand>, states: &[ResponseState], now: Timestamp) -> Vec<Stand> {
    let is_due = |stand: &Stand| states.contains(&stand.state) && now < stand.deadline.deadline;
    stands.into_iter().filter(is_due).collect()
}

/// Each person once: about the organisation whose deadline is the earliest.
pub(super) fn addressees(due: Vec<Stand>, people: Vec<(Id, Credentials)>) -> Addressees {
    let mut at: BTreeMap<Id, Vec<Credentials>> = BTreeMap::new();
    for (organisation, person) in people {
        at.entry(organisation).or_default().push(person);
    }
    let mut in_order = due;
    in_order.sort_by_key(|stand| stand.deadline.deadline);
    let mut chosen: BTreeMap<Id, Addressee> = BTreeMap::new();
    let mut without_people = Vec::new();
    for stand in in_order {
        let Some(people) = at.remove(&stand.place.organisation) else {
            without_people.push(stand.place.code);
            continue;
        };
        for person in people {
            chosen.entry(person.id).or_insert_with(|| Addressee { person, stand: stand.clone() });
        }
    }
    without_people.sort_unstable();
    Addressees { people: chosen.into_values().collect(), without_people }
}

/// How long a mail about a deadline is tried to be delivered: until that deadline. What it asks for can be done until
/// then, so an outage or a maintenance of some days loses nothing; afterwards it would call people to what is over. A
/// later deadline has reminders of its own, so no mail is kept for longer than two weeks.
pub(super) fn life(deadline: Timestamp, now: Timestamp) -> Duration {
    deadline.since(now).min(LONGEST_LIFE)
}

/// Refuses a reminder that reaches more people than its sender was told. Fewer are expected: who has submitted since gets
/// no mail.
///
/// # Errors
/// 412.
pub(super) fn check_told(people: usize, told: Option<usize>) -> Result<(), Error> {
    if told.is_some_and(|told| people > told) { Err(Error::changed_meanwhile()) } else { Ok(()) }
}

/// A reminder of the calendar whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) days: i32,
    pub(super) states: Vec<ResponseState>,
    pub(super) deadline: Timestamp,
    /// When it was due. An organisation that got this deadline later is not reminded: the news of it is fresh.
    pub(super) at: Timestamp,
}

/// The reminders of a calendar that are due for one of these deadlines and were not `sent`, each by its days and
/// deadline. One that would have been due before the round `opened` is left out.
pub(super) fn due_by_calendar(
    calendar: &[CalendarEntry],
    deadlines: &BTreeSet<Timestamp>,
    zone: &Zone,
    sent: &BTreeSet<(i32, Timestamp)>,
    opened: Timestamp,
    now: Timestamp,
) -> Vec<Due> {
    let mut due = Vec::new();
    for entry in calendar {
        for &deadline in deadlines {
            let at = zone.days_earlier(deadline, entry.days);
            if (opened..=now).contains(&at) && now < deadline && !sent.contains(&(entry.days, deadline)) {
                due.push(Due { days: entry.days, states: entry.states.clone(), deadline, at });
            }
        }
    }
    due
}

/// The organisations that a reminder of the calendar is about: their deadline is that one, and was when it was due.
pub(super) fn about(stands: Vec<Stand>, ledger: &Ledger, due: &Due) -> Vec<Stand> {
    let is_about = |stand: &Stand| {
        let place = &stand.place;
        let had_it = |at: Option<Timestamp>| at.is_some_and(|at| at <= due.at);
        let mut entries = ledger.about(place.region, place.organisation);
        let since = entries.find(|entry| entry.closes_at == due.deadline).map(|entry| entry.made_at);
        stand.deadline.deadline == due.deadline && had_it(since)
    };
    stands.into_iter().filter(is_about).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Region;
    use crate::rounds::deadlines::rules::effective_deadline;
    use crate::rounds::deadlines::types::{DeadlineRow, DeadlineScope, NewDeadline};
    use crate::rounds::types::FrameEntry;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry(number: i32, organisation: Option<Id>, closes_at: &str, made_at: &str) -> DeadlineRow {
        let scope = if organisation.is_some() { DeadlineScope::Organisation } else { DeadlineScope::All };
        let new = NewDeadline {
            id: Id::nil(),
            round: Id::nil(),
            number,
            scope,
            region: None,
            organisation,
            closes_at: at(closes_at),
            reason: None,
            by: None,
            request: None,
        };
        DeadlineRow::from((&new, at(made_at)))
    }

    fn stand(number: u8, state: ResponseState, ledger: &Ledger) -> Stand {
        let organisation = Id::from_bytes([number; 16]);
        let region = Some(Region::Wca);
        let place = FrameEntry { organisation, code: format!("A{number}"), region };
        Stand { place, state, deadline: effective_deadline(ledger, region, organisation) }
    }

    #[test]
    fn s14_only_who_can_still_submit_and_is_in_a_state_is_due() {
        let first = entry(1, None, "2024-05-07T00:00:00Z", "2024-04-17T00:00:00Z");
        let more = entry(2, Some(Id::from_bytes([2; 16])), "2024-05-20T00:00:00Z", "2024-05-01T00:00:00Z");
        let ledger = Ledger { first: first.closes_at, entries: vec![first, more] };
        let stands = || {
            use ResponseState::{Draft, NotStarted, Submitted};
            [(1, NotStarted), (2, Draft), (3, Submitted)].map(|(number, state)| stand(number, state, &ledger)).to_vec()
        };
        let due = |states: &[ResponseState], now: &str| {
            let found = due(stands(), states, at(now)).into_iter();
            found.map(|stand| stand.place.code).collect::<Vec<_>>()
        };
        let open = [ResponseState::NotStarted, ResponseState::Draft];
        assert_eq!(due(&open, "2024-05-06T23:59:59Z"), ["A1", "A2"]);
        assert_eq!(due(&open, "2024-05-07T00:00:00Z"), ["A2"]);
        assert_eq!(due(&[ResponseState::NotStarted], "2024-05-01T00:00:00Z"), ["A1"]);
    }

    #[test]
    fn a_mail_is_of_use_until_its_deadline_and_for_two_weeks_at_most() {
        let now = at("2024-05-01T00:00:00Z");
        let life = |deadline: &str| life(at(deadline), now).as_secs() / 3_600;
        assert_eq!(life("2024-05-01T06:00:00Z"), 6, "afterwards it would call people to what is over");
        assert_eq!(life("2024-05-11T00:00:00Z"), 240, "an outage of a week loses nothing");
        assert_eq!(life("2024-08-01T00:00:00Z"), 336);
        assert_eq!(life("2024-04-01T00:00:00Z"), 0);
    }

    #[test]
    fn a_reminder_reaches_no_more_people_than_were_told() {
        assert!(check_told(3, None).is_ok());
        assert!(check_told(2, Some(3)).is_ok() && check_told(3, Some(3)).is_ok());
        assert!(check_told(4, Some(3)).is_err());
    }

    #[test]
    fn the_calendar_is_in_the_days_of_the_zone_and_knows_what_was_sent() {
        let calendar = [7, 60].map(|days| CalendarEntry { days, states: vec![ResponseState::Draft] });
        let deadlines = BTreeSet::from([at("2024-04-03T22:00:00Z")]);
        let zone = Zone::named("Europe/Brussels").unwrap();
        let due = |sent: &BTreeSet<_>, now: &str| {
            due_by_calendar(&calendar, &deadlines, &zone, sent, at("2024-03-01T00:00:00Z"), at(now))
        };
        let none = BTreeSet::new();
        assert!(due(&none, "2024-03-27T22:59:59Z").is_empty(), "the clocks changed on 31 March");
        let found = due(&none, "2024-03-27T23:00:00Z");
        assert_eq!(found.iter().map(|due| due.days).collect::<Vec<_>>(), [7], "sixty days before, it had not opened");
        assert!(due(&none, "2024-04-03T22:00:00Z").is_empty(), "it is over");
        let sent = BTreeSet::from([(7, at("2024-04-03T22:00:00Z"))]);
        assert!(due(&sent, "2024-03-28T00:00:00Z").is_empty());
    }

    #[test]
    fn who_got_a_deadline_after_its_reminder_was_due_is_not_reminded() {
        let first = entry(1, None, "2024-05-07T00:00:00Z", "2024-04-17T00:00:00Z");
        let more = entry(2, Some(Id::from_bytes([2; 16])), "2024-05-20T00:00:00Z", "2024-05-18T00:00:00Z");
        let ledger = Ledger { first: first.closes_at, entries: vec![first, more] };
        let stands = vec![stand(1, ResponseState::Draft, &ledger), stand(2, ResponseState::Draft, &ledger)];
        let due = |deadline: &str, due_at: &str| Due {
            days: 3,
            states: vec![ResponseState::Draft],
            deadline: at(deadline),
            at: at(due_at),
        };
        let codes = |due: &Due| {
            let about = about(stands.clone(), &ledger, due).into_iter();
            about.map(|stand| stand.place.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&due("2024-05-07T00:00:00Z", "2024-05-04T00:00:00Z")), ["A1"]);
        assert!(codes(&due("2024-05-20T00:00:00Z", "2024-05-17T00:00:00Z")).is_empty());
        assert_eq!(codes(&due("2024-05-20T00:00:00Z", "2024-05-19T00:00:00Z")), ["A2"]);
    }
}
