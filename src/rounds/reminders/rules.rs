//! Who is reminded, and when the calendar of a round does it.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::Id;
use crate::identity::Credentials;
use crate::rounds::deadlines::rules::Ledger;
use crate::rounds::progress::Stand;
use crate::rounds::types::{CalendarEntry, ResponseState};
use crate::time::{Timestamp, Zone};

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
/// deadline.
pub(super) fn due_by_calendar(
    calendar: &[CalendarEntry],
    deadlines: &BTreeSet<Timestamp>,
    zone: &Zone,
    sent: &BTreeSet<(i32, Timestamp)>,
    now: Timestamp,
) -> Vec<Due> {
    let mut due = Vec::new();
    for entry in calendar {
        for &deadline in deadlines {
            let at = zone.days_earlier(deadline, entry.days);
            if at <= now && now < deadline && !sent.contains(&(entry.days, deadline)) {
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
