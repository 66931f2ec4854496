//! The mails about responses. Their texts stand in `locales/` under `mail-<kind>`; each leads to the response, or to a
//! section of it.

use crate::mail::Quote;
use crate::time::Day;

crate::mails! {
    /// A colleague is asked to fill in sections.
    struct SectionsAssigned("sections_assigned", Duty, "/rounds/" + id + "/response") {
        survey: String, colleague: String, sections: String, is_due: bool, due: Option<Day>
    }

    /// Sections that a colleague was asked to fill in are due soon, or overdue.
    struct SectionsDue("sections_due", Duty, "/" + page) {
        survey: String, sections: String, is_overdue: bool, due: Day
    }

    /// Those who sign are asked to look at a response.
    struct ReviewRequested("response_review_requested", Duty, "/rounds/" + id + "/response") {
        survey: String, colleague: String
    }

    /// A response was returned for more work.
    struct ResponseReturned("response_returned", Duty, "/rounds/" + id + "/response") {
        survey: String, colleague: String, reason: Option<Quote>
    }

    /// An answer was changed after the approval.
    struct ApprovalEnded("response_approval_ended", Duty, "/rounds/" + id + "/response") {
        survey: String, colleague: String
    }

    /// An approval does not count any more, since whoever gave it lost the right, or the session was ended.
    struct ApprovalVoid("response_approval_void", Duty, "/rounds/" + id + "/response") {
        survey: String, colleague: String, has_left: bool
    }

    /// A response was submitted: the receipt.
    struct ResponseReceived("response_received", Duty, "/receipts/" + sha256) {
        survey: String, colleague: String, number: usize, is_late: bool
    }
}
