//! The life of an appointment: every state, every event, and what comes of it, in one table.
//!
//! [`RULES`] is the whole truth: what it does not name is refused. The tests walk through every pair of state and event,
//! `docs/life-cycle.md` is written from it (`portal life-cycle`), and the API tells each reader what is possible now.
//! Who stands behind an [`Actor`] is for `policy` to say; when the timed ones happen is in `timetable`.
//!
//! Before there is a person there is no appointment: an application whose address is not verified yet is a row of
//! `registrations` alone, and is deleted after two weeks.

use std::fmt::Write as _;

use super::timetable;
use super::types::{Actor, Appointment, AppointmentStatus as Status, Event, Role};
use crate::db::Id;
use crate::time::Timestamp;
use Actor::{Coordinator, Holder, Secretariat, System};

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The state before; none where there is no appointment yet.
    pub from: Option<Status>,
    /// What happens.
    pub event: Event,
    /// The state after.
    pub to: Status,
    /// Who may bring it about.
    pub by: &'static [Actor],
}

const OFFICERS: &[Actor] = &[Coordinator, Secretariat];
const ANYBODY: &[Actor] = &[Holder, Coordinator, Secretariat];

const fn rule(from: Option<Status>, event: Event, to: Status, by: &'static [Actor]) -> Rule {
    Rule { from, event, to, by }
}

/// The table.
pub const RULES: &[Rule] = &[
    rule(None, Event::Apply, Status::Pending, &[Holder]),
    rule(None, Event::Invite, Status::Invited, OFFICERS),
    rule(None, Event::Appoint, Status::Active, OFFICERS),
    rule(Some(Status::Invited), Event::Accept, Status::Active, &[Holder]),
    rule(Some(Status::Invited), Event::AcceptForApproval, Status::Pending, &[Holder]),
    rule(Some(Status::Invited), Event::Withdraw, Status::Withdrawn, &[Coordinator, Secretariat, System]),
    rule(Some(Status::Invited), Event::Lapse, Status::Lapsed, &[System]),
    rule(Some(Status::Incomplete), Event::Submit, Status::Pending, ANYBODY),
    rule(Some(Status::Incomplete), Event::Reject, Status::Rejected, OFFICERS),
    rule(Some(Status::Incomplete), Event::Withdraw, Status::Withdrawn, &[Holder]),
    rule(Some(Status::Incomplete), Event::Lapse, Status::Lapsed, &[System]),
    rule(Some(Status::Pending), Event::Approve, Status::Active, OFFICERS),
    rule(Some(Status::Pending), Event::Reject, Status::Rejected, OFFICERS),
    rule(Some(Status::Pending), Event::RequestInfo, Status::Incomplete, OFFICERS),
    rule(Some(Status::Pending), Event::Withdraw, Status::Withdrawn, &[Holder]),
    rule(Some(Status::Pending), Event::Lapse, Status::Lapsed, &[System]),
    rule(Some(Status::Active), Event::Confirm, Status::Active, ANYBODY),
    rule(Some(Status::Active), Event::MissConfirmation, Status::Unconfirmed, &[System]),
    rule(Some(Status::Active), Event::Bounce, Status::Unconfirmed, &[System]),
    rule(Some(Status::Active), Event::Suspend, Status::Suspended, OFFICERS),
    rule(Some(Status::Active), Event::Replace, Status::Replaced, &[Coordinator, Secretariat, System]),
    rule(Some(Status::Active), Event::Resign, Status::Ended, ANYBODY),
    rule(Some(Status::Active), Event::MandateEnds, Status::Ended, &[System]),
    rule(Some(Status::Unconfirmed), Event::Confirm, Status::Active, ANYBODY),
    rule(Some(Status::Unconfirmed), Event::Expire, Status::Expired, &[System]),
    rule(Some(Status::Unconfirmed), Event::Suspend, Status::Suspended, OFFICERS),
    rule(Some(Status::Unconfirmed), Event::Replace, Status::Replaced, &[Coordinator, Secretariat, System]),
    rule(Some(Status::Unconfirmed), Event::Resign, Status::Ended, ANYBODY),
    rule(Some(Status::Unconfirmed), Event::MandateEnds, Status::Ended, &[System]),
    rule(Some(Status::Suspended), Event::Reinstate, Status::Active, OFFICERS),
    rule(Some(Status::Suspended), Event::Replace, Status::Replaced, &[Coordinator, Secretariat, System]),
    rule(Some(Status::Suspended), Event::Resign, Status::Ended, ANYBODY),
    rule(Some(Status::Suspended), Event::MandateEnds, Status::Ended, &[System]),
];

/// The line for this event in this state; none where it is not possible.
#[must_use]
pub fn rule_for(from: Option<Status>, event: Event) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.from == from && rule.event == event)
}

impl Event {
    /// Whether whoever decides says why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Reject | Self::RequestInfo | Self::Suspend)
    }
}

impl Status {
    /// Whether nothing can come after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !RULES.iter().any(|rule| rule.from == Some(self))
    }

    /// Whether the directory shows the contact.
    #[must_use]
    pub const fn is_listed(self) -> bool {
        matches!(self, Self::Active | Self::Unconfirmed)
    }
}

impl Role {
    /// Whether contacts of this role are to be confirmed once a year: those the directory shows.
    #[must_use]
    pub const fn is_confirmed_yearly(self) -> bool {
        matches!(self, Self::Coordinator | Self::Ncp | Self::Contributor)
    }
}

impl Appointment {
    /// The appointment after an event; none where the table has no line for it.
    #[must_use]
    pub fn after(&self, event: Event, by: Option<Id>, reason: Option<&str>, now: Timestamp) -> Option<Self> {
        let rule = rule_for(Some(self.status), event)?;
        let mut next = Self { status: rule.to, updated_at: now, checked_at: now, ..self.clone() };
        if rule.to != self.status {
            next.status_since = now;
        }
        if rule.to.is_final() && self.valid_from.is_some() {
            next.valid_to = Some(now);
        }
        // Whoever resigns from a suspended appointment takes the suspension along: it stays the last decision.
        let takes_along = self.status == Status::Suspended && by.is_some() && by == self.user_id;
        if (!rule.by.contains(&System) || by.is_some()) && !takes_along {
            // Whoever confirms an entry decides nothing: it stays known who put the person there.
            if event != Event::Confirm {
                (next.decided_by, next.decided_at) = (by, Some(now));
            }
            next.reason = reason.map(str::to_owned);
        }
        Some(next.dated(now))
    }

    /// Whether it is suspended, or ended while it was, without a decision of an officer about that end. Whoever suspends says
    /// why, and after the contact was last confirmed; every end that somebody decides on is decided on when it comes.
    #[must_use]
    pub fn is_under_suspension(&self) -> bool {
        let ended_so = self.status.is_final()
            && self.valid_from.is_some()
            && self.reason.is_some()
            && self.decided_at > self.confirmed_at
            && self.decided_at < Some(self.status_since);
        self.status == Status::Suspended || ended_so
    }

    /// The dates that the state brings: in force it is confirmed for a year, and the timetable goes on from here.
    pub(super) fn dated(mut self, now: Timestamp) -> Self {
        if self.status == Status::Active {
            self.valid_from = self.valid_from.or(Some(now));
            self.confirmed_at = Some(now);
            self.confirm_by = self.role.is_confirmed_yearly().then(|| now.plus(timetable::YEAR));
        }
        self.due_at = timetable::next_due(&self);
        self
    }
}

/// The table as a document for people, in Markdown.
#[must_use]
pub fn document() -> String {
    let mut text = String::from(
        "# The life of an appointment\n\n\
         Written by `portal life-cycle` from the tables in `src/appointments/state_machine.rs` and\n\
         `src/appointments/timetable.rs`; a test compares.\n\n\
         An application whose e-mail address is not verified yet is no appointment: it waits for 14 days and is deleted.\n\n\
         ## What happens\n\n| from | event | to | by |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let from = rule.from.map_or("–", Status::as_str);
        let by: Vec<&str> = rule.by.iter().map(|actor| actor.as_str()).collect();
        let reason = if rule.event.needs_reason() { " (with a reason)" } else { "" };
        let (event, to, by) = (rule.event, rule.to, by.join(", "));
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {from} | {event}{reason} | {to} | {by} |");
    }
    text.push_str(
        "\nA coordinator acts only for the own organisation, and not on coordinators, except to confirm them: that is for the\n\
         Secretariat. Nobody can approve, appoint, suspend, reinstate or replace themselves. The last coordinator of an\n\
         organisation, and the last administrator, cannot resign and cannot be suspended.\n\n\
         ## By the clock\n\n| state | days | after | what |\n|---|---|---|---|\n",
    );
    for step in timetable::STEPS {
        let _ = writeln!(text, "| {} | {} | {} | {} |", step.status, step.days, step.base.as_str(), step.task.as_str());
    }
    text
}

impl Actor {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Holder => "holder",
            Coordinator => "coordinator",
            Secretariat => "secretariat",
            System => "the clock",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn appointment(status: Status) -> Appointment {
        let (random, then) = (Random::seeded(1), Timestamp::from_micros(0));
        let id = Id::new(then, &random);
        Appointment {
            id,
            user_id: Some(id),
            organisation_id: id,
            role: Role::Ncp,
            status,
            status_since: then,
            valid_from: None,
            valid_to: None,
            confirmed_at: None,
            confirm_by: None,
            decided_by: None,
            decided_at: None,
            reason: None,
            replaced_by: None,
            end_set_by: None,
            checked_at: then,
            due_at: None,
            created_at: then,
            updated_at: then,
        }
    }

    #[test]
    fn every_pair_of_state_and_event_has_one_answer() {
        let now = Timestamp::from_micros(1);
        let mut allowed = 0;
        for &status in Status::ALL {
            for &event in Event::ALL {
                let lines = RULES.iter().filter(|rule| rule.from == Some(status) && rule.event == event).count();
                assert!(lines <= 1, "{status} {event}");
                let after = appointment(status).after(event, None, None, now);
                assert_eq!(after.is_some(), lines == 1, "{status} {event}");
                allowed += lines;
            }
        }
        assert_eq!(allowed, RULES.iter().filter(|rule| rule.from.is_some()).count());
    }

    #[test]
    fn every_state_and_event_has_words() {
        let catalogue = crate::i18n::Catalogue::load().unwrap();
        let states = Status::ALL.iter().map(|state| format!("status-{state}"));
        for key in states.chain(Event::ALL.iter().map(|event| format!("event-{event}"))) {
            for &language in crate::i18n::Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &key), "{key} in {language}");
            }
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        let over =
            [Status::Rejected, Status::Lapsed, Status::Expired, Status::Replaced, Status::Ended, Status::Withdrawn];
        for &status in Status::ALL {
            assert_eq!(status.is_final(), over.contains(&status), "{status}");
        }
    }

    #[test]
    fn every_state_can_be_reached_and_none_is_a_trap_for_the_clock() {
        for &status in Status::ALL {
            assert!(RULES.iter().any(|rule| rule.to == status), "{status}");
        }
        for status in [Status::Invited, Status::Incomplete, Status::Pending] {
            assert!(
                RULES.iter().any(|rule| rule.from == Some(status) && rule.by == [System]),
                "{status} ends by itself"
            );
        }
    }

    #[test]
    fn nobody_but_officers_puts_anybody_in_force() {
        for rule in RULES.iter().filter(|rule| rule.to == Status::Active) {
            let confirms = rule.event == Event::Confirm;
            assert!(confirms || rule.event == Event::Accept || !rule.by.contains(&Holder), "{rule:?}");
        }
    }

    #[test]
    fn who_resigns_takes_a_suspension_along() {
        let at = Timestamp::from_micros;
        let active = appointment(Status::Pending).after(Event::Approve, None, None, at(1)).unwrap();
        let officer = Some(Id::nil());
        let suspended = active.after(Event::Suspend, officer, Some("An incident."), at(2)).unwrap();
        assert!(!active.is_under_suspension() && suspended.is_under_suspension());
        let by_holder = suspended.after(Event::Resign, suspended.user_id, None, at(3)).unwrap();
        assert!(by_holder.is_under_suspension() && by_holder.decided_by == officer);
        assert!(suspended.after(Event::MandateEnds, None, None, at(3)).unwrap().is_under_suspension());
        assert!(!suspended.after(Event::Resign, officer, None, at(3)).unwrap().is_under_suspension());
        assert!(!suspended.after(Event::Reinstate, officer, None, at(3)).unwrap().is_under_suspension());
        assert!(!active.after(Event::Resign, active.user_id, None, at(3)).unwrap().is_under_suspension());
        assert!(!active.after(Event::MandateEnds, None, None, at(3)).unwrap().is_under_suspension());
    }

    #[test]
    fn who_confirms_an_entry_is_not_who_decided_on_it() {
        let at = Timestamp::from_micros;
        let officer = Some(Id::nil());
        let active = appointment(Status::Pending).after(Event::Approve, officer, None, at(1)).unwrap();
        let confirmed = active.after(Event::Confirm, active.user_id, None, at(2)).unwrap();
        assert_eq!((confirmed.decided_by, confirmed.decided_at), (officer, Some(at(1))));
        assert_eq!(confirmed.confirmed_at, Some(at(2)));
    }

    #[test]
    fn in_force_it_is_confirmed_for_a_year() {
        let now = Timestamp::from_micros(5);
        let active = appointment(Status::Pending).after(Event::Approve, None, None, now).unwrap();
        assert_eq!((active.valid_from, active.confirm_by), (Some(now), Some(now.plus(timetable::YEAR))));
        let ended = active.after(Event::Resign, None, None, now).unwrap();
        assert_eq!((ended.valid_to, ended.due_at), (Some(now), None));
    }
}
