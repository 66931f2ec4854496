//! The state machine of announcements, as one table.
//!
//! [`RULES`] lists all transitions; others are refused. `Approved` means that it may be sent: somebody else approved
//! it, or nobody has to. Every change of content or audience makes it a draft again.

use super::types::AnnouncementStatus as Status;

crate::text_enum! {
    /// What happens to an announcement.
    pub enum Event {
        /// Its author asks for approval.
        Submit = "submit",
        /// Somebody else of the Secretariat has read it and agrees.
        Approve = "approve",
        /// Or does not.
        Reject = "reject",
        /// What it says, or to whom, is changed.
        Revise = "revise",
        /// It is to begin at an instant.
        Schedule = "schedule",
        /// It is not to begin by itself.
        Unschedule = "unschedule",
        /// Its recipients are fixed and mails begin to leave.
        Start = "start",
        /// Something is wrong, and somebody should look.
        Hold = "hold",
        /// Mails wait.
        Pause = "pause",
        /// They leave again.
        Resume = "resume",
        /// What has not left never will.
        Cancel = "cancel",
        /// The last mail has come to an end.
        Finish = "finish",
        /// Those that failed are tried again.
        Retry = "retry",
    }
}

/// A transition: the state before, the event, the state after.
pub(super) type Rule = (Status, Event, Status);

/// All transitions.
pub(super) const RULES: &[Rule] = &[
    (Status::Draft, Event::Revise, Status::Draft),
    (Status::Draft, Event::Submit, Status::Submitted),
    (Status::Draft, Event::Schedule, Status::Scheduled),
    (Status::Draft, Event::Start, Status::Sending),
    (Status::Submitted, Event::Revise, Status::Draft),
    (Status::Submitted, Event::Approve, Status::Approved),
    (Status::Submitted, Event::Reject, Status::Draft),
    (Status::Submitted, Event::Cancel, Status::Cancelled),
    (Status::Approved, Event::Revise, Status::Draft),
    // Its audience has grown since nobody had to approve it.
    (Status::Approved, Event::Submit, Status::Submitted),
    (Status::Approved, Event::Schedule, Status::Scheduled),
    (Status::Approved, Event::Start, Status::Sending),
    // Whoever approved it may not any more.
    (Status::Approved, Event::Hold, Status::Held),
    (Status::Approved, Event::Cancel, Status::Cancelled),
    (Status::Scheduled, Event::Revise, Status::Draft),
    (Status::Scheduled, Event::Schedule, Status::Scheduled),
    (Status::Scheduled, Event::Unschedule, Status::Approved),
    (Status::Scheduled, Event::Start, Status::Sending),
    (Status::Scheduled, Event::Hold, Status::Held),
    (Status::Scheduled, Event::Cancel, Status::Cancelled),
    (Status::Held, Event::Revise, Status::Draft),
    (Status::Held, Event::Submit, Status::Submitted),
    (Status::Held, Event::Schedule, Status::Scheduled),
    (Status::Held, Event::Start, Status::Sending),
    (Status::Held, Event::Cancel, Status::Cancelled),
    (Status::Sending, Event::Pause, Status::Paused),
    (Status::Sending, Event::Finish, Status::Sent),
    (Status::Sending, Event::Cancel, Status::Cancelled),
    (Status::Paused, Event::Resume, Status::Sending),
    (Status::Paused, Event::Cancel, Status::Cancelled),
    (Status::Sent, Event::Retry, Status::Sending),
    (Status::Sending, Event::Retry, Status::Sending),
];

/// The events that people can cause in a state.
pub(super) fn possible(status: Status) -> impl Iterator<Item = Event> {
    let by_clock = |event| matches!(event, Event::Hold | Event::Finish);
    RULES.iter().filter(move |(from, event, _)| *from == status && !by_clock(*event)).map(|(_, event, _)| *event)
}

/// The state after an event; none where it is not possible.
#[must_use]
pub fn after(from: Status, event: Event) -> Option<Status> {
    RULES.iter().find(|(state, what, _)| *state == from && *what == event).map(|(_, _, to)| *to)
}

impl Status {
    /// Whether its recipients are fixed.
    #[must_use]
    pub const fn has_begun(self) -> bool {
        matches!(self, Self::Sending | Self::Paused | Self::Sent | Self::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_ruled_once_or_refused() {
        for &from in Status::ALL {
            for &event in Event::ALL {
                let rules = RULES.iter().filter(|(state, what, _)| *state == from && *what == event).count();
                assert!(rules <= 1, "{from} {event}");
                assert_eq!(after(from, event).is_some(), rules == 1);
            }
        }
    }

    #[test]
    fn every_state_and_event_has_words() {
        let catalogue = crate::i18n::Catalogue::load().unwrap();
        let states = Status::ALL.iter().map(|state| format!("announcement-status-{state}"));
        for key in states.chain(Event::ALL.iter().map(|event| format!("announcement-event-{event}"))) {
            for &language in crate::i18n::Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &key), "{key} in {language}");
            }
        }
    }

    #[test]
    fn what_has_begun_never_becomes_a_draft_again() {
        for &(from, _, to) in RULES {
            assert!(!from.has_begun() || to.has_begun(), "{from} to {to}");
        }
    }

    #[test]
    fn every_state_is_reached_and_every_open_one_is_left() {
        for &state in Status::ALL {
            assert!(state == Status::Draft || RULES.iter().any(|(_, _, to)| *to == state), "{state}");
            let over = state == Status::Cancelled;
            assert_eq!(RULES.iter().any(|(from, ..)| *from == state), !over, "{state}");
        }
    }
}
