//! What the clock does to appointments: reminders, escalation, and ends.
//!
//! [`STEPS`] is the whole timetable. An appointment remembers up to which instant it was worked off (`checked_at`) and when the
//! next step is due (`due_at`, which is indexed), so looking for work costs nothing where there is none, and a step is
//! done once however often and by however many processes it is looked for. After an outage the missed reminders are not
//! sent all at once: of several steps that are due, the first that changes the state counts, or else the last.

use std::time::Duration;

use super::types::{Appointment, AppointmentStatus as Status, Event};
use crate::time::Timestamp;

/// A contact is confirmed for so long.
pub const YEAR: Duration = Duration::from_hours(24 * 365);
/// An invitation is good for so many days.
pub const INVITATION_DAYS: i64 = 14;

/// What a step counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The beginning of the state.
    Since,
    /// The day on which the next confirmation is due.
    ConfirmBy,
    /// The end of the mandate, where it has one.
    ValidTo,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// The invited person is reminded.
    RemindInvited,
    /// The applicant is reminded of what is missing.
    RemindApplicant,
    /// Those who may approve are reminded.
    RemindApprovers,
    /// The Secretariat is told that nobody decides.
    Escalate,
    /// The holder is asked to confirm the contact.
    AskToConfirm,
    /// The same, on the day; from then on the directory says that the confirmation is due.
    ConfirmationDue,
    /// The same, and the coordinators hear.
    AskCoordinators,
    /// Holder and coordinators hear that the mandate ends soon.
    AnnounceEnd,
    /// The state changes.
    Event(Event),
}

/// One line of the timetable.
#[derive(Clone, Copy, Debug)]
pub struct DueEvent {
    /// In this state …
    pub status: Status,
    /// … so many days …
    pub days: i64,
    /// … after this (before it, where they are negative) …
    pub base: Base,
    /// … this is done.
    pub task: Task,
}

const fn step(status: Status, days: i64, base: Base, task: Task) -> DueEvent {
    DueEvent { status, days, base, task }
}

/// The timetable.
pub const STEPS: &[DueEvent] = &[
    step(Status::Invited, 7, Base::Since, Task::RemindInvited),
    step(Status::Invited, INVITATION_DAYS, Base::Since, Task::Event(Event::Lapse)),
    step(Status::Incomplete, 7, Base::Since, Task::RemindApplicant),
    step(Status::Incomplete, 14, Base::Since, Task::RemindApplicant),
    step(Status::Incomplete, 90, Base::Since, Task::Event(Event::Lapse)),
    step(Status::Pending, 7, Base::Since, Task::RemindApprovers),
    step(Status::Pending, 14, Base::Since, Task::RemindApprovers),
    step(Status::Pending, 30, Base::Since, Task::Escalate),
    step(Status::Pending, 90, Base::Since, Task::Event(Event::Lapse)),
    step(Status::Active, -30, Base::ConfirmBy, Task::AskToConfirm),
    step(Status::Active, 0, Base::ConfirmBy, Task::ConfirmationDue),
    step(Status::Active, 30, Base::ConfirmBy, Task::AskToConfirm),
    step(Status::Active, 60, Base::ConfirmBy, Task::AskCoordinators),
    step(Status::Active, 90, Base::ConfirmBy, Task::Event(Event::MissConfirmation)),
    step(Status::Unconfirmed, 30, Base::Since, Task::AskToConfirm),
    step(Status::Unconfirmed, 180, Base::Since, Task::Event(Event::Expire)),
    step(Status::Active, -30, Base::ValidTo, Task::AnnounceEnd),
    step(Status::Active, 0, Base::ValidTo, Task::Event(Event::MandateEnds)),
    step(Status::Unconfirmed, 0, Base::ValidTo, Task::Event(Event::MandateEnds)),
    step(Status::Suspended, 0, Base::ValidTo, Task::Event(Event::MandateEnds)),
];

impl Base {
    /// The words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Since => "the state began",
            Self::ConfirmBy => "the confirmation is due",
            Self::ValidTo => "the mandate's end",
        }
    }
}

impl Task {
    /// The words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RemindInvited => "the invited person is reminded",
            Self::RemindApplicant => "the applicant is reminded of what is missing",
            Self::RemindApprovers => "those who may approve are reminded",
            Self::Escalate => "the Secretariat is told that nobody decides",
            Self::AskToConfirm => "the holder is asked to confirm the contact",
            Self::ConfirmationDue => "the holder is asked, and the directory says that the confirmation is due",
            Self::AskCoordinators => "the holder is asked, and the coordinators are told",
            Self::AnnounceEnd => "the holder and the coordinators are told that the mandate ends",
            Self::Event(event) => event.as_str(),
        }
    }
}

/// When a step is due for this appointment; never where it lacks what the step counts from.
fn instant(step: &DueEvent, appointment: &Appointment) -> Option<Timestamp> {
    let base = match step.base {
        Base::Since => Some(appointment.status_since),
        Base::ConfirmBy => appointment.confirm_by,
        Base::ValidTo => appointment.valid_to,
    }?;
    let days = Duration::from_hours(24 * step.days.unsigned_abs());
    Some(if step.days < 0 { base.minus(days) } else { base.plus(days) })
}

/// The steps that are ahead, with their instants.
fn open_steps(appointment: &Appointment) -> impl Iterator<Item = (Timestamp, Task)> {
    STEPS
        .iter()
        .filter(|step| step.status == appointment.status)
        .filter_map(|step| Some((instant(step, appointment)?, step.task)))
        // A change that lies before the last look is still to come: a mandate's end may be set to a day in the past.
        .filter(|(at, task)| *at > appointment.checked_at || matches!(task, Task::Event(_)))
}

/// When an event comes about by itself, if the state stays what it is until then.
#[must_use]
pub fn comes_at(appointment: &Appointment, event: Event) -> Option<Timestamp> {
    let task = Task::Event(event);
    let step = STEPS.iter().find(|step| step.status == appointment.status && step.task == task)?;
    instant(step, appointment)
}

/// Whether a contact is unconfirmed since nobody confirmed it in time; else since mail to it came back.
#[must_use]
pub fn was_missed(unconfirmed: &Appointment) -> bool {
    let before = Appointment { status: Status::Active, ..unconfirmed.clone() };
    comes_at(&before, Event::MissConfirmation).is_some_and(|at| at <= unconfirmed.status_since)
}

/// When the next step is due.
#[must_use]
pub fn next_due(appointment: &Appointment) -> Option<Timestamp> {
    open_steps(appointment).map(|(at, _)| at).min()
}

/// What is to be done now, if anything.
#[must_use]
pub fn due(appointment: &Appointment, now: Timestamp) -> Option<Task> {
    let mut steps: Vec<_> = open_steps(appointment).filter(|(at, _)| *at <= now).collect();
    steps.sort_by_key(|(at, _)| *at);
    let event = steps.iter().find(|(_, task)| matches!(task, Task::Event(_)));
    event.or(steps.last()).map(|(_, task)| *task)
}

impl Appointment {
    /// The same, worked off up to now.
    #[must_use]
    pub fn checked(&self, now: Timestamp) -> Self {
        let mut next = Self { checked_at: now, ..self.clone() };
        next.due_at = next_due(&next);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::Role;
    use crate::db::Id;
    use proptest::prelude::*;

    fn day(days: i64) -> Timestamp {
        Timestamp::from_micros(days * 86_400_000_000)
    }

    fn appointment(status: Status) -> Appointment {
        Appointment {
            id: Id::nil(),
            user_id: None,
            organisation_id: Id::nil(),
            role: Role::Ncp,
            status,
            status_since: day(0),
            valid_from: None,
            valid_to: None,
            confirmed_at: None,
            confirm_by: Some(day(365)),
            decided_by: None,
            decided_at: None,
            reason: None,
            replaced_by: None,
            end_set_by: None,
            checked_at: day(0),
            due_at: None,
            created_at: day(0),
            updated_at: day(0),
        }
    }

    /// What the clock does day by day until the given one.
    fn diary(mut appointment: Appointment, until: i64) -> Vec<(i64, Task)> {
        let mut diary = Vec::new();
        for today in 0..=until {
            while let Some(task) = due(&appointment, day(today)) {
                diary.push((today, task));
                appointment = match task {
                    Task::Event(event) => appointment.after(event, None, None, day(today)).unwrap(),
                    _ => appointment.checked(day(today)),
                };
            }
        }
        diary
    }

    #[test]
    fn an_application_that_nobody_decides_is_reminded_of_escalated_and_lapses() {
        let expected = [
            (7, Task::RemindApprovers),
            (14, Task::RemindApprovers),
            (30, Task::Escalate),
            (90, Task::Event(Event::Lapse)),
        ];
        assert_eq!(diary(appointment(Status::Pending), 500), expected);
    }

    #[test]
    fn a_contact_that_nobody_confirms_fades_in_the_order_of_the_timetable() {
        let expected = [
            (335, Task::AskToConfirm),
            (365, Task::ConfirmationDue),
            (395, Task::AskToConfirm),
            (425, Task::AskCoordinators),
            (455, Task::Event(Event::MissConfirmation)),
            (485, Task::AskToConfirm),
            (635, Task::Event(Event::Expire)),
        ];
        assert_eq!(diary(appointment(Status::Active), 2_000), expected);
    }

    #[test]
    fn why_a_contact_is_unconfirmed_is_known_by_its_days() {
        let missed = appointment(Status::Active).after(Event::MissConfirmation, None, None, day(455)).unwrap();
        assert!(was_missed(&missed));
        let bounced = appointment(Status::Active).after(Event::Bounce, None, None, day(400)).unwrap();
        assert!(!was_missed(&bounced));
        assert_eq!(comes_at(&bounced, Event::Expire), Some(day(580)));
        assert_eq!(comes_at(&bounced, Event::Lapse), None);
    }

    #[test]
    fn after_an_outage_nobody_is_flooded() {
        let late = appointment(Status::Active);
        assert_eq!(due(&late, day(400)), Some(Task::AskToConfirm), "one reminder for three that were missed");
        assert_eq!(due(&late, day(5_000)), Some(Task::Event(Event::MissConfirmation)));
    }

    #[test]
    fn an_end_in_the_past_is_still_an_end() {
        let mut over = Appointment { valid_to: Some(day(-3)), ..appointment(Status::Active) };
        over = over.checked(day(1));
        assert_eq!(over.due_at, Some(day(-3)));
        assert_eq!(due(&over, day(1)), Some(Task::Event(Event::MandateEnds)));
    }

    proptest! {
        #[test]
        fn looking_more_often_changes_nothing(looks in prop::collection::vec(0_i64..800, 1..20)) {
            let mut days = looks;
            days.sort_unstable();
            let mut appointment = appointment(Status::Active);
            let mut changes = Vec::new();
            for today in days {
                while let Some(task) = due(&appointment, day(today)) {
                    appointment = match task {
                        Task::Event(event) => {
                            changes.push(event);
                            appointment.after(event, None, None, day(today)).unwrap()
                        }
                        _ => appointment.checked(day(today)),
                    };
                    prop_assert_eq!(due(&appointment, day(today)), None, "one thing a day");
                }
            }
            prop_assert!([&[][..], &[Event::MissConfirmation], &[Event::MissConfirmation, Event::Expire]].contains(&&changes[..]));
        }

        #[test]
        fn what_is_due_is_what_the_index_says(today in 0_i64..900, status in prop::sample::select(Status::ALL)) {
            let appointment = appointment(status).checked(day(0));
            let by_index = appointment.due_at.is_some_and(|at| at <= day(today));
            prop_assert_eq!(due(&appointment, day(today)).is_some(), by_index);
        }
    }
}
