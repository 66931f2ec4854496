//! The mails about rounds of surveys. Their texts stand in `locales/` under `mail-<kind>`.

use super::deadlines::Told;
use super::types::ResponseState;
use crate::mail::{Administration, Quote};

crate::mails! {
    /// A round has opened that asks an organisation. To whoever writes, reviews or submits its response.
    struct SurveyOpened("survey_opened", Duty, "/rounds/" + round + "/response") {
        survey: String,
        organisation: Administration,
        deadline: Told,
    }

    /// The response of an organisation is missing. To whoever writes, reviews or submits it.
    struct SurveyReminder("survey_reminder", Duty, "/rounds/" + round) {
        survey: String,
        organisation: Administration,
        state: ResponseState,
        deadline: Told,
        words: Option<Quote>,
    }

    /// The opening that was planned for a round does not take place, since its planner lost the right, or the session or
    /// API token was revoked. To the Secretariat.
    struct OpeningHeld("survey_opening_held", Duty, "/rounds/" + round) {
        survey: String,
        has_left: bool,
    }

    /// An organisation asks for more time. To the Secretariat.
    struct ExtensionAsked("extension_asked", Duty, "/rounds/" + round + "/extension-requests") {
        survey: String,
        organisation: Administration,
        deadline: Told,
        reason: Quote,
    }

    /// The Secretariat granted or declined more time. To whoever may ask for it.
    struct ExtensionDecided("extension_decided", Duty, "/rounds/" + round) {
        survey: String,
        organisation: Administration,
        granted: bool,
        deadline: Told,
        words: Option<Quote>,
    }
}
