//! The states of a response: one table. Who may cause an event is decided elsewhere, as is whether it is in time.
//!
//! A change of an answer after the approval ends it, and so does the loss of what it rests on (`approvals`): the review
//! goes on. What was submitted never changes; a response that is reopened can be submitted again, and the last submission
//! counts until then.

use crate::rounds::ResponseState;
use ResponseState::{Approved, Draft, InReview, Reopened, Submitted, Withdrawn};

crate::text_enum! {
    /// What happens to a response.
    pub enum ReviewEvent {
        /// An answer is changed.
        Edit = "edit",
        /// Its coordination is asked to look at it.
        RequestReview = "request_review",
        /// Its approval does not count any more.
        Lapse = "lapse",
        /// It is approved.
        Approve = "approve",
        /// It is given back for more work.
        Return = "return",
        /// It is submitted.
        Submit = "submit",
        /// It is changed again after it was submitted or withdrawn.
        Reopen = "reopen",
        /// What was submitted is taken back.
        Withdraw = "withdraw",
    }
}

/// From which state which event leads where.
const TABLE: [(ResponseState, ReviewEvent, ResponseState); 15] = [
    (Draft, ReviewEvent::Edit, Draft),
    (Draft, ReviewEvent::RequestReview, InReview),
    (InReview, ReviewEvent::Edit, InReview),
    (InReview, ReviewEvent::Approve, Approved),
    (InReview, ReviewEvent::Return, Draft),
    (Approved, ReviewEvent::Edit, InReview),
    (Approved, ReviewEvent::Lapse, InReview),
    (Approved, ReviewEvent::Return, Draft),
    (Approved, ReviewEvent::Submit, Submitted),
    (Submitted, ReviewEvent::Reopen, Reopened),
    (Submitted, ReviewEvent::Withdraw, Withdrawn),
    (Reopened, ReviewEvent::Edit, Reopened),
    (Reopened, ReviewEvent::RequestReview, InReview),
    (Reopened, ReviewEvent::Withdraw, Withdrawn),
    (Withdrawn, ReviewEvent::Reopen, Reopened),
];

/// The next state; none where the event is not possible. A response that was submitted before is reopened, not a draft.
pub(super) fn next(state: ResponseState, event: ReviewEvent, was_submitted: bool) -> Option<ResponseState> {
    let (_, _, next) = TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, event))?;
    Some(if *next == Draft && was_submitted { Reopened } else { *next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_reviewed_approved_and_submitted_and_opens_again() {
        let walk = [
            (ReviewEvent::Edit, Draft),
            (ReviewEvent::RequestReview, InReview),
            (ReviewEvent::Approve, Approved),
            (ReviewEvent::Edit, InReview),
            (ReviewEvent::Approve, Approved),
            (ReviewEvent::Submit, Submitted),
            (ReviewEvent::Reopen, Reopened),
            (ReviewEvent::Edit, Reopened),
            (ReviewEvent::Withdraw, Withdrawn),
        ];
        let mut state = Draft;
        for (event, expected) in walk {
            state = next(state, event, state == Reopened).unwrap();
            assert_eq!(state, expected, "{event}");
        }
    }

    #[test]
    fn what_is_submitted_is_not_edited_and_nothing_unapproved_is_submitted() {
        for &state in ResponseState::ALL {
            let is_open = [Draft, InReview, Approved, Reopened].contains(&state);
            assert_eq!(next(state, ReviewEvent::Edit, false).is_some(), is_open, "{state}");
            assert_eq!(next(state, ReviewEvent::Submit, false).is_some(), state == Approved, "{state}");
            assert_eq!(next(state, ReviewEvent::Lapse, false).is_some(), state == Approved, "{state}");
            assert!(next(ResponseState::NotStarted, ReviewEvent::Edit, false).is_none());
        }
    }

    #[test]
    fn a_response_that_was_submitted_never_becomes_a_draft_again() {
        for &state in ResponseState::ALL {
            for &event in ReviewEvent::ALL {
                let is_draft = state != Draft && next(state, event, true) == Some(Draft);
                assert!(!is_draft, "{state} {event}");
            }
        }
        assert_eq!(next(InReview, ReviewEvent::Return, true), Some(Reopened));
        assert_eq!(next(InReview, ReviewEvent::Return, false), Some(Draft));
    }
}
