//! The kinds of events, and the patterns by which one listens to them.

crate::text_enum! {
    /// What happened.
    pub enum Kind {
        /// An announcement began to go out.
        AnnouncementStarted = "announcement.started",
        /// It was halted.
        AnnouncementPaused = "announcement.paused",
        /// It goes on.
        AnnouncementResumed = "announcement.resumed",
        /// Of every mail of it it is known what became.
        AnnouncementSent = "announcement.sent",
        /// What had not gone out was taken back.
        AnnouncementCancelled = "announcement.cancelled",
        /// Its time was over before it could go out.
        AnnouncementHeld = "announcement.held",
        /// A mail was refused for good, or given up.
        MailFailed = "mail.failed",
        /// A mail came back.
        MailBounced = "mail.bounced",
        /// Somebody applied and the address was verified.
        AppointmentApply = "appointment.apply",
        /// Somebody was invited.
        AppointmentInvite = "appointment.invite",
        /// Somebody who has an account was appointed.
        AppointmentAppoint = "appointment.appoint",
        /// An invitation was accepted.
        AppointmentAccept = "appointment.accept",
        /// An invitation was accepted and waits for approval.
        AppointmentAcceptForApproval = "appointment.accept_for_approval",
        /// An invitation or an application was taken back.
        AppointmentWithdraw = "appointment.withdraw",
        /// An application is complete now.
        AppointmentSubmit = "appointment.submit",
        /// It was approved.
        AppointmentApprove = "appointment.approve",
        /// It was rejected.
        AppointmentReject = "appointment.reject",
        /// Something is missing from it.
        AppointmentRequestInfo = "appointment.request_info",
        /// The contact was confirmed.
        AppointmentConfirm = "appointment.confirm",
        /// Nobody confirmed it.
        AppointmentMissConfirmation = "appointment.miss_confirmation",
        /// Mail to the contact came back.
        AppointmentBounce = "appointment.bounce",
        /// It was put out of force for now.
        AppointmentSuspend = "appointment.suspend",
        /// It was put in force again.
        AppointmentReinstate = "appointment.reinstate",
        /// A successor took over.
        AppointmentReplace = "appointment.replace",
        /// The holder left.
        AppointmentResign = "appointment.resign",
        /// The mandate ended.
        AppointmentMandateEnds = "appointment.mandate_ends",
        /// Nobody decided, answered or accepted in time.
        AppointmentLapse = "appointment.lapse",
        /// Nobody confirmed for long.
        AppointmentExpire = "appointment.expire",
        /// An officer tries an endpoint; one can't listen to it.
        WebhookPing = "webhook.ping",
    }
}

/// The patterns that mean more than one kind.
pub const PATTERNS: [&str; 4] = ["*", "announcement.*", "mail.*", "appointment.*"];

impl Kind {
    /// Every pattern that means this kind.
    #[must_use]
    pub fn patterns(self) -> Vec<String> {
        let word = self.as_str();
        let group = word.split('.').next().unwrap_or_default();
        vec![word.to_owned(), format!("{group}.*"), "*".to_owned()]
    }

    /// Whether one can listen by this pattern.
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
