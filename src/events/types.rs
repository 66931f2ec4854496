//! The kinds of events, and the patterns by which endpoints subscribe to them.

crate::text_enum! {
    /// What happened.
    pub enum Kind {
        /// An announcement began.
        AnnouncementStarted = "announcement.started",
        /// It was paused.
        AnnouncementPaused = "announcement.paused",
        /// It was resumed.
        AnnouncementResumed = "announcement.resumed",
        /// It was sent: all of its mails have a result.
        AnnouncementSent = "announcement.sent",
        /// It was cancelled.
        AnnouncementCancelled = "announcement.cancelled",
        /// Its time was over before it could begin.
        AnnouncementHeld = "announcement.held",
        /// A mail was refused for good, or given up.
        MailFailed = "mail.failed",
        /// A mail came back.
        MailBounced = "mail.bounced",
        /// A person applied and verified the address.
        AppointmentApply = "appointment.apply",
        /// A person was invited.
        AppointmentInvite = "appointment.invite",
        /// A person with an account was appointed.
        AppointmentAppoint = "appointment.appoint",
        /// An invitation was accepted.
        AppointmentAccept = "appointment.accept",
        /// An invitation was accepted and waits for approval.
        AppointmentAcceptForApproval = "appointment.accept_for_approval",
        /// An invitation or an application was withdrawn.
        AppointmentWithdraw = "appointment.withdraw",
        /// An application was completed.
        AppointmentSubmit = "appointment.submit",
        /// It was approved.
        AppointmentApprove = "appointment.approve",
        /// It was rejected.
        AppointmentReject = "appointment.reject",
        /// More information was requested.
        AppointmentRequestInfo = "appointment.request_info",
        /// The contact was confirmed.
        AppointmentConfirm = "appointment.confirm",
        /// A confirmation was missed.
        AppointmentMissConfirmation = "appointment.miss_confirmation",
        /// Mail to the contact came back.
        AppointmentBounce = "appointment.bounce",
        /// It was suspended.
        AppointmentSuspend = "appointment.suspend",
        /// It was reinstated.
        AppointmentReinstate = "appointment.reinstate",
        /// A successor took over.
        AppointmentReplace = "appointment.replace",
        /// The holder resigned.
        AppointmentResign = "appointment.resign",
        /// The mandate ended.
        AppointmentMandateEnds = "appointment.mandate_ends",
        /// A decision, an answer or an acceptance did not come in time.
        AppointmentLapse = "appointment.lapse",
        /// A confirmation was missed for long.
        AppointmentExpire = "appointment.expire",
        /// Results of a survey were published.
        ReleasePublished = "release.published",
        /// A response to a survey was submitted.
        ResponseSubmitted = "response.submitted",
        /// A round of a survey opened.
        RoundOpened = "round.opened",
        /// A deadline of a round was moved: for all, a region or one organisation.
        DeadlineMoved = "round.deadline_moved",
        /// An officer tests an endpoint; no endpoint can subscribe to it.
        WebhookPing = "webhook.ping",
    }
}

/// The patterns for more than one kind.
pub const PATTERNS: [&str; 7] =
    ["*", "announcement.*", "mail.*", "appointment.*", "release.*", "response.*", "round.*"];

impl Kind {
    /// Every pattern that matches this kind.
    #[must_use]
    pub fn patterns(self) -> Vec<String> {
        let word = self.as_str();
        let group = word.split('.').next().unwrap_or_default();
        vec![word.to_owned(), format!("{group}.*"), "*".to_owned()]
    }

    /// Whether an endpoint can subscribe by this pattern.
    #[must_use]
    pub fn is_pattern(pattern: &str) -> bool {
        PATTERNS.contains(&pattern) || Self::parse(pattern).is_some_and(|kind| kind != Self::WebhookPing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_listens_to_a_kind_a_group_or_everything() {
        for &kind in Kind::ALL {
            let heard = kind.patterns().iter().filter(|pattern| Kind::is_pattern(pattern)).count();
            assert_eq!(heard, if kind == Kind::WebhookPing { 1 } else { 3 }, "{kind}");
        }
        for bad in ["", "**", "*.sent", "mail", "mail.", "mail.lost", "webhook.*", "webhook.ping", "MAIL.*"] {
            assert!(!Kind::is_pattern(bad), "{bad}");
        }
    }
}
