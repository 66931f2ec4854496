//! The mails to the Secretariat about an announcement. Their texts stand in `locales/` under `mail-<kind>`.

use super::cause::Cause;
use crate::mail::Quote;

crate::mails! {
    /// To those who may approve it.
    struct AnnouncementSubmitted("announcement_submitted", Duty, "/announcements/" + id + "/decide") {
        person: String,
        title: String,
    }

    /// To its author.
    struct AnnouncementRejected("announcement_rejected", Duty, "/announcements/" + id + "/edit") {
        person: String,
        title: String,
        reason: Option<Quote>,
    }

    /// The portal paused it, since many deliveries failed.
    struct AnnouncementHalted("announcement_halted", Duty, "/announcements/" + id + "/progress") { title: String }

    /// The portal did not begin it.
    struct AnnouncementHeld("announcement_held", Duty, "/announcements/" + id + "/preview") {
        title: String,
        cause: Cause,
    }

    /// Mails came back because of the text or the sender: all that went to one domain (`one`), or many; the portal paused it (`halted`),
    /// or there was nothing to pause.
    struct AnnouncementTurnedBack("announcement_turned_back", Duty, "/announcements/" + id + "/deliveries") {
        title: String,
        mails: i64,
        sent: i64,
        one: bool,
        domain: String,
        halted: bool,
    }
}
