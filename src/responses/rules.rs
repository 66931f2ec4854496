//! Decisions about the review of a response, and about how far its sections are.

use std::collections::{BTreeSet, HashMap};

use questionnaire::{Answers, Questionnaire, Section};

use super::answers::EntryRow;
use super::answers::rules::{asked_of, unconfirmed};
use super::state_machine::{self, ReviewEvent};
use super::types::{ApprovalEnd, ResponseRow, ReviewRow, SectionState};
use crate::appointments::Role;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::rounds::ResponseState;
use crate::time::Timestamp;

/// The state to which an event leads.
///
/// # Errors
/// 409 where it is not possible.
pub(super) fn next(state: ResponseState, event: ReviewEvent, was_submitted: bool) -> Result<ResponseState, Error> {
    state_machine::next(state, event, was_submitted)
        .ok_or_else(|| Error::conflict(ProblemCode::ResponseNotPossibleNow).with("state", state).with("event", event))
}

/// What a step writes: who asked, who approved, and whose change ended the approval. The caller adds with what an
/// approval was given, and why one lapses.
pub(super) fn stepped(
    row: &ResponseRow,
    event: ReviewEvent,
    state: ResponseState,
    by: Id,
    now: Timestamp,
) -> ReviewRow {
    let (asked, approved) = ((row.requested_at, row.requested_by), (row.approved_at, row.approved_by));
    let (none, mine) = ((None, None), (Some(now), Some(by)));
    let ((requested_at, requested_by), (approved_at, approved_by), (cancelled_at, cancelled_by)) = match event {
        ReviewEvent::RequestReview => (mine, none, none),
        ReviewEvent::Approve => (asked, mine, none),
        ReviewEvent::Edit | ReviewEvent::Lapse => (asked, none, mine),
        ReviewEvent::Submit => (asked, approved, none),
        ReviewEvent::Return | ReviewEvent::Reopen | ReviewEvent::Withdraw => (none, none, none),
    };
    let is_kept = event == ReviewEvent::Submit;
    ReviewRow {
        state,
        requested_at,
        requested_by,
        approved_at,
        approved_by,
        cancelled_at,
        cancelled_by,
        approved_with: row.approved_with.filter(|_| is_kept),
        approved_shares: is_kept && row.approved_shares,
        cancelled_cause: (event == ReviewEvent::Edit).then_some(ApprovalEnd::Edited),
    }
}

/// Why the approval of a response does not count any more; none where it does, or where there is none. It counts as
/// long as whoever gave it signs for the organisation, and the session in which it was given is trusted.
pub(super) fn void_approval(row: &ResponseRow, signers: &[Id], is_revoked: bool) -> Option<ApprovalEnd> {
    if row.state != ResponseState::Approved {
        return None;
    }
    if !row.approved_by.is_some_and(|approver| signers.contains(&approver)) {
        return Some(ApprovalEnd::ApproverLeft);
    }
    is_revoked.then_some(ApprovalEnd::CredentialRevoked)
}

/// Why the last approval ended; none where none did. An earlier version recorded no cause: it was a change.
pub(super) fn cause_of_end(row: &ResponseRow) -> Option<ApprovalEnd> {
    row.cancelled_at.map(|_| row.cancelled_cause.unwrap_or(ApprovalEnd::Edited))
}

/// The people who reach something of a response, of those who answer for its organisation: contributors do where a
/// section is assigned to them.
pub(super) fn reaching(people: &[(Id, Role)], assigned: &[Id]) -> BTreeSet<Id> {
    let reaches = |(person, role): &&(Id, Role)| *role != Role::Contributor || assigned.contains(person);
    people.iter().filter(reaches).map(|(person, _)| *person).collect()
}

/// Refuses whoever may not sign.
///
/// # Errors
/// 403.
pub(super) fn check_signer(signers: &[Id], person: Id) -> Result<(), Error> {
    if signers.contains(&person) { Ok(()) } else { Err(Error::forbidden(ProblemCode::ResponseNotSigned)) }
}

/// Refuses the approval by whoever changed the response last, where another one can approve.
///
/// # Errors
/// 409.
pub(super) fn check_approver(signers: &[Id], person: Id, last_editor: Option<Id>) -> Result<(), Error> {
    if signers.len() > 1 && last_editor == Some(person) {
        return Err(Error::conflict(ProblemCode::ApproverEditedLast));
    }
    Ok(())
}

/// Counts of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SectionCounts {
    pub(super) asked: usize,
    pub(super) answered: usize,
    pub(super) missing: usize,
    pub(super) faults: usize,
    pub(super) unconfirmed: usize,
}

/// The counts of each section, in the order of the questionnaire.
pub(super) fn counts(questionnaire: &Questionnaire, answers: &Answers<'_>, entries: &[EntryRow]) -> Vec<SectionCounts> {
    let mut by_section: HashMap<&str, SectionCounts> = HashMap::new();
    for asked in answers.asked() {
        let counts = by_section.entry(asked.section).or_default();
        counts.asked += 1;
        counts.answered += usize::from(answers.right(asked.question, asked.row).is_some());
    }
    for missing in answers.missing() {
        by_section.entry(missing.section).or_default().missing += 1;
    }
    for asked in answers.invalid().iter().map(|(asked, _)| asked).chain(answers.unmet()) {
        by_section.entry(asked.section).or_default().faults += 1;
    }
    for asked in asked_of(answers, &unconfirmed(entries)) {
        by_section.entry(asked.section).or_default().unconfirmed += 1;
    }
    let of = |section: &Section| by_section.get(section.code.as_str()).copied().unwrap_or_default();
    questionnaire.sections.iter().map(of).collect()
}

/// How far a section is.
pub(super) fn section_state(counts: SectionCounts, is_shown: bool, is_done: bool) -> SectionState {
    let is_complete = counts.missing + counts.faults + counts.unconfirmed == 0;
    // What is missing may be wrong and right at once: a due answer that is not right counts in both.
    match () {
        () if !is_shown => SectionState::CannotStart,
        () if counts.faults > 0 || (is_done && !is_complete) => SectionState::Fault,
        () if is_done => SectionState::Ready,
        () if counts.answered == 0 => SectionState::NotStarted,
        () => SectionState::InProgress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    #[test]
    fn s15_the_approver_is_another_than_the_last_editor_where_there_are_two() {
        let judged = |signers: &[Id], editor| check_approver(signers, id(1), editor).is_ok();
        assert!(judged(&[id(1)], Some(id(1))), "the only one approves");
        assert!(!judged(&[id(1), id(2)], Some(id(1))));
        assert!(judged(&[id(1), id(2)], Some(id(2))));
        assert!(judged(&[id(1), id(2)], None));
        assert!(check_signer(&[id(2)], id(1)).is_err());
    }

    #[test]
    fn s15_an_edit_ends_the_approval_and_says_whose_it_was() {
        let at = Timestamp::from_micros;
        let row = ResponseRow {
            id: id(1),
            round_id: id(2),
            organisation_id: id(3),
            state: ResponseState::Approved,
            edits: 4,
            answer_bytes: 0,
            history_bytes: 0,
            requested_at: Some(at(1)),
            requested_by: Some(id(4)),
            approved_at: Some(at(2)),
            approved_by: Some(id(5)),
            cancelled_at: None,
            cancelled_by: None,
            prefilled_from: None,
            approved_with: Some(id(9)),
            approved_shares: true,
            cancelled_cause: None,
        };
        let edited = stepped(&row, ReviewEvent::Edit, ResponseState::InReview, id(6), at(3));
        assert_eq!((edited.approved_by, edited.cancelled_by), (None, Some(id(6))));
        assert_eq!((edited.requested_by, edited.cancelled_at), (Some(id(4)), Some(at(3))));
        let again = stepped(&row, ReviewEvent::Approve, ResponseState::Approved, id(5), at(4));
        assert_eq!((again.approved_at, again.cancelled_by), (Some(at(4)), None));
        assert_eq!((edited.approved_with, edited.approved_shares), (None, false), "the next approval decides again");
        assert_eq!(edited.cancelled_cause, Some(ApprovalEnd::Edited));
        let submitted = stepped(&row, ReviewEvent::Submit, ResponseState::Submitted, id(6), at(3));
        assert_eq!((submitted.approved_with, submitted.approved_shares), (Some(id(9)), true));

        assert_eq!(void_approval(&row, &[id(5), id(6)], false), None);
        assert_eq!(void_approval(&row, &[id(6)], false), Some(ApprovalEnd::ApproverLeft));
        assert_eq!(void_approval(&row, &[id(5)], true), Some(ApprovalEnd::CredentialRevoked));
        let waiting = ResponseRow { state: ResponseState::InReview, ..row };
        assert_eq!(void_approval(&waiting, &[], true), None, "there is none");
    }

    #[test]
    fn contributors_reach_a_response_by_what_is_assigned_to_them() {
        let people = [(id(1), Role::Coordinator), (id(2), Role::Contributor), (id(3), Role::Contributor)];
        assert_eq!(reaching(&people, &[id(3), id(4)]), BTreeSet::from([id(1), id(3)]));
    }

    #[test]
    fn s16_a_section_is_ready_if_somebody_says_so_and_nothing_is_missing() {
        let full = SectionCounts { asked: 2, answered: 2, ..SectionCounts::default() };
        let missing = SectionCounts { asked: 2, answered: 1, missing: 1, ..SectionCounts::default() };
        let wrong = SectionCounts { asked: 2, answered: 1, faults: 1, ..SectionCounts::default() };
        let taken = SectionCounts { asked: 2, answered: 2, unconfirmed: 1, ..SectionCounts::default() };
        for (counts, is_shown, is_done, expected) in [
            (full, false, true, SectionState::CannotStart),
            (SectionCounts { asked: 2, ..SectionCounts::default() }, true, false, SectionState::NotStarted),
            (full, true, false, SectionState::InProgress),
            (full, true, true, SectionState::Ready),
            (missing, true, false, SectionState::InProgress),
            (missing, true, true, SectionState::Fault),
            (wrong, true, false, SectionState::Fault),
            (taken, true, true, SectionState::Fault),
        ] {
            assert_eq!(section_state(counts, is_shown, is_done), expected, "{counts:?} {is_shown} {is_done}");
        }
    }
}
