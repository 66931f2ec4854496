//! The way through a response: what comes next for its reader, and where a section leads after it was saved.

use super::types::{ResponseRights, SectionStanding, SectionState};
use crate::rounds::ResponseState;

/// What comes next for a reader of a response. What follows the sections begins at the check of all answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextStep<'s> {
    /// To fill in the section with this code.
    Fill(&'s str),
    /// To check the answers: the rest is done by others.
    Check,
    /// To check them and ask for approval.
    HandOver,
    /// To check them and approve the response.
    Approve,
    /// To check them and submit the response.
    Submit,
}

/// What comes next; none where the response takes no changes, or where others are to act. A reader is led to the own
/// sections first: those with these codes.
pub(super) fn next_step<'s>(
    (state, is_writable): (ResponseState, bool),
    rights: ResponseRights,
    sections: &'s [SectionStanding],
    own: &[&str],
) -> Option<NextStep<'s>> {
    if !is_writable {
        return None;
    }
    match state {
        ResponseState::Draft | ResponseState::Reopened => {}
        ResponseState::InReview if rights.sign => return Some(NextStep::Approve),
        ResponseState::Approved if rights.lead => return Some(NextStep::Submit),
        _ => return None,
    }
    let is_open = |section: &&SectionStanding| {
        section.may_write && !matches!(section.state, SectionState::Ready | SectionState::CannotStart)
    };
    let mut open = sections.iter().filter(is_open);
    let own = open.clone().find(|section| own.contains(&section.code.as_str()));
    Some(match own.or_else(|| open.next()) {
        Some(section) => NextStep::Fill(&section.code),
        None if rights.sign => NextStep::Submit,
        None if rights.lead => NextStep::HandOver,
        None => NextStep::Check,
    })
}

/// The key of the sentence that says how the response goes on; none where it takes no changes.
pub(super) const fn guide((state, is_writable): (ResponseState, bool), rights: ResponseRights) -> Option<&'static str> {
    if !is_writable {
        return None;
    }
    match state {
        ResponseState::Draft | ResponseState::Reopened if rights.sign => Some("response-guide-sign"),
        ResponseState::Draft | ResponseState::Reopened if rights.lead => Some("response-guide-lead"),
        ResponseState::Draft | ResponseState::Reopened => Some("response-guide-contributor"),
        ResponseState::InReview if rights.sign => Some("response-guide-approve"),
        ResponseState::InReview => Some("response-guide-wait"),
        ResponseState::Approved if rights.lead => Some("response-guide-submit"),
        _ => None,
    }
}

/// The section to which a saved one leads: the next that is asked; none after the last, which leads to the check.
pub(super) fn section_after<'s>(sections: &'s [SectionStanding], code: &str) -> Option<&'s str> {
    let later = sections.iter().skip_while(|standing| standing.code != code).skip(1);
    let mut asked = later.filter(|standing| standing.state != SectionState::CannotStart);
    asked.next().map(|standing| standing.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRIBUTOR: ResponseRights = ResponseRights { write_all: false, lead: false, sign: false };
    const LEADER: ResponseRights = ResponseRights { write_all: true, lead: true, sign: false };
    const SIGNER: ResponseRights = ResponseRights { write_all: true, lead: true, sign: true };

    /// Sections `a`, `b`, … in these states.
    fn sections(states: &[SectionState]) -> Vec<SectionStanding> {
        let standing = |(code, &state): (char, &SectionState)| SectionStanding {
            code: code.to_string(),
            state,
            may_write: true,
            asked: 1,
            answered: 1,
            missing: 0,
            faults: 0,
            unconfirmed: 0,
            done: None,
        };
        ('a'..).zip(states).map(standing).collect()
    }

    #[test]
    fn a_reader_is_led_to_the_first_section_that_is_not_ready() {
        use SectionState::{CannotStart, Fault, InProgress, NotStarted, Ready};
        let draft = (ResponseState::Draft, true);
        let some = sections(&[Ready, CannotStart, Fault, InProgress, NotStarted]);
        for rights in [CONTRIBUTOR, LEADER, SIGNER] {
            assert_eq!(next_step(draft, rights, &some, &[]), Some(NextStep::Fill("c")));
            assert_eq!(next_step(draft, rights, &some, &["a", "d"]), Some(NextStep::Fill("d")), "the own one first");
        }
        let mut closed = sections(&[NotStarted, NotStarted]);
        closed[0].may_write = false;
        assert_eq!(next_step(draft, CONTRIBUTOR, &closed, &[]), Some(NextStep::Fill("b")));
    }

    #[test]
    fn when_all_sections_are_ready_each_reader_goes_on_as_the_rights_permit() {
        let ready = sections(&[SectionState::Ready, SectionState::CannotStart]);
        let step = |state, rights| next_step((state, true), rights, &ready, &["a"]);
        for state in [ResponseState::Draft, ResponseState::Reopened] {
            assert_eq!(step(state, CONTRIBUTOR), Some(NextStep::Check));
            assert_eq!(step(state, LEADER), Some(NextStep::HandOver));
            assert_eq!(step(state, SIGNER), Some(NextStep::Submit));
        }
        assert_eq!(step(ResponseState::InReview, LEADER), None, "others approve");
        assert_eq!(step(ResponseState::InReview, SIGNER), Some(NextStep::Approve));
        assert_eq!(step(ResponseState::Approved, CONTRIBUTOR), None);
        assert_eq!(step(ResponseState::Approved, LEADER), Some(NextStep::Submit));
        for state in [ResponseState::NotStarted, ResponseState::Submitted, ResponseState::Withdrawn] {
            assert_eq!(step(state, SIGNER), None, "{state}");
            assert_eq!(guide((state, true), SIGNER), None, "{state}");
        }
        for &state in ResponseState::ALL {
            assert_eq!(next_step((state, false), SIGNER, &ready, &[]), None, "too late: {state}");
            assert_eq!(guide((state, false), SIGNER), None, "too late: {state}");
        }
    }

    #[test]
    fn a_section_leads_to_the_next_that_is_asked() {
        use SectionState::{CannotStart, NotStarted, Ready};
        let all = sections(&[NotStarted, CannotStart, Ready, CannotStart]);
        assert_eq!(section_after(&all, "a"), Some("c"));
        assert_eq!(section_after(&all, "c"), None, "the last one that is asked");
        assert_eq!(section_after(&all, "z"), None);
    }
}
