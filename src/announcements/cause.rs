//! Why an announcement is in its state: a cause that the portal found, or a reason that a person gave.
//!
//! The two are different types and have columns of their own, so that no text of a person reads or counts as a finding
//! of the portal. An older portal beside this one knows the column `reason` alone, so a cause is written there, too; it
//! counts only where both columns say the same, since an older portal changes but one of them.

use crate::error::ProblemCode;

crate::text_enum! {
    /// What the portal found when it held or halted an announcement.
    pub enum Cause {
        /// Its time had passed before it could be sent.
        Overdue = "overdue",
        /// Many mails failed.
        ManyFailures = "many_failures",
        /// Many mails came back for their text, their sender or the route.
        ManyTurnedBack = "many_turned_back",
        /// Earlier runs of its step ended their processes.
        SetAside = "set_aside",
        /// Somebody resumed it after the portal had paused it for its mails: it is not paused again.
        Overruled = "overruled",
        /// Its planner may not send any more.
        PlannerLeft = "planner_left",
        /// Its approver may not approve any more.
        ApproverLeft = "approver_left",
        /// The session or API token that it was planned with is revoked.
        PlanRevoked = "plan_revoked",
        /// The session or API token that it was approved with is revoked.
        ApprovalRevoked = "approval_revoked",
        /// Nobody is in its audience any more.
        NoRecipients = "no_recipients",
        /// Its audience needs the approval of a second person by now.
        ApprovalNeeded = "approval_needed",
        /// It is public, which needs that approval.
        PublicApprovalNeeded = "public_approval_needed",
        /// Its text is not the one that was approved.
        ContentChanged = "content_changed",
        /// A language that it must have is missing.
        LanguageMissing = "language_missing",
        /// Anything else that prevented its begin.
        NotStarted = "not_started",
    }
}

impl Cause {
    /// That of an announcement whose begin was refused.
    pub(super) fn of_refusal(code: ProblemCode) -> Self {
        Self::parse(code.as_str()).unwrap_or(Self::NotStarted)
    }
}

/// Why an announcement is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why<'a> {
    /// Nothing is said.
    Unsaid,
    /// The portal found this.
    Found(Cause),
    /// A person gave this reason.
    Given(&'a str),
}

impl<'a> From<Option<&'a str>> for Why<'a> {
    fn from(reason: Option<&'a str>) -> Self {
        reason.map_or(Self::Unsaid, Self::Given)
    }
}

impl<'a> Why<'a> {
    /// That of an announcement with these values in the columns `reason` and `cause`.
    pub(super) fn stored(reason: Option<&'a str>, cause: Option<Cause>) -> Self {
        match cause {
            Some(cause) if reason == Some(cause.as_str()) => Self::Found(cause),
            _ => reason.into(),
        }
    }

    /// What the portal found.
    pub(super) const fn cause(self) -> Option<Cause> {
        match self {
            Self::Found(cause) => Some(cause),
            Self::Unsaid | Self::Given(_) => None,
        }
    }

    /// What a person said.
    pub(super) const fn reason(self) -> Option<&'a str> {
        match self {
            Self::Given(reason) => Some(reason),
            Self::Unsaid | Self::Found(_) => None,
        }
    }

    /// The value of the column `reason`.
    pub(super) const fn written(self) -> Option<&'a str> {
        match self {
            Self::Unsaid => None,
            Self::Found(cause) => Some(cause.as_str()),
            Self::Given(reason) => Some(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Catalogue, Language};

    #[test]
    fn what_a_person_says_is_no_finding_of_the_portal() {
        for cause in Cause::ALL {
            assert_eq!(Why::from(Some(cause.as_str())), Why::Given(cause.as_str()));
            assert_eq!(Why::Found(*cause).written(), Some(cause.as_str()));
            assert_eq!(Why::Found(*cause).reason(), None);
            assert_eq!(Why::stored(Some(cause.as_str()), Some(*cause)), Why::Found(*cause));
            // An older portal paused it since for the reason of a person.
            assert_eq!(Why::stored(Some("The date is wrong."), Some(*cause)), Why::Given("The date is wrong."));
            assert_eq!(Why::stored(Some(cause.as_str()), None), Why::Given(cause.as_str()));
        }
    }

    #[test]
    fn every_cause_has_words() {
        let catalogue = Catalogue::load().unwrap();
        for cause in Cause::ALL {
            for &language in Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &format!("authoring-reason-{cause}")), "{cause} in {language}");
            }
        }
    }

    #[test]
    fn a_refusal_without_words_of_its_own_is_told_as_one() {
        assert_eq!(Cause::of_refusal(ProblemCode::NoRecipients), Cause::NoRecipients);
        assert_eq!(Cause::of_refusal(ProblemCode::LanguageMissing), Cause::LanguageMissing);
        assert_eq!(Cause::of_refusal(ProblemCode::AlreadySent), Cause::NotStarted);
    }
}
