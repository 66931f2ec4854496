//! The mails about appointments and invitations. Their texts stand in `locales/` under `mail-<kind>`; `notifications` says who gets
//! which.

use super::store::Names;
use crate::appointments::{Appointment, AppointmentStatus, Event, Role, timetable};
use crate::db::Id;
use crate::i18n::Args;
use crate::identity::Credentials;
use crate::mail::{Administration, Argument, Audience, Fact, Quote};
use crate::time::{Day, Timestamp};

crate::text_enum! {
    /// The kind of office that a role is. Texts about a central one say nothing of the directory, whose contacts are those
    /// of administrations.
    pub enum Office {
        /// One of the portal as a whole.
        Central = "central",
        /// One of an administration.
        Administration = "administration",
    }
}

crate::text_enum! {
    /// What the reader of a mail is to the appointment.
    pub enum Reader {
        /// Whose it is.
        Holder = "holder",
        /// Who takes it over.
        Successor = "successor",
        /// Who looks after it.
        Officer = "officer",
    }
}

crate::text_enum! {
    /// Why a contact is not confirmed.
    pub enum Unconfirmed {
        /// Its holder did not confirm it in time.
        Missed = "missed",
        /// A mail to the holder came back.
        Bounced = "bounced",
    }
}

crate::text_enum! {
    /// Whether the day is over on which a confirmation was due.
    pub enum Due {
        /// It is.
        Over = "over",
        /// It is not.
        Ahead = "ahead",
    }
}

crate::text_enum! {
    /// Why a hand-over is cancelled.
    pub enum Cancellation {
        /// Whoever began it may hand over no longer.
        Granter = "granter",
        /// The credential with which it was begun was revoked.
        Credential = "credential",
        /// The successor can't take over.
        Successor = "successor",
        /// An officer cancels it.
        Officer = "officer",
    }
}

/// The last day of a mandate, where it has an end. The text knows `ends`, `yes` or `no`, and `day`.
pub struct MandateEnd(pub Option<Day>);

impl Argument for MandateEnd {
    fn add(&self, _: &'static str, args: &mut Args) {
        self.0.is_some().add("ends", args);
        self.0.add("day", args);
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        Option::<Day>::samples(name).into_iter().chain([None]).map(Self).collect()
    }
}

impl Fact for MandateEnd {}

impl MandateEnd {
    /// That of an appointment.
    pub(super) fn of(row: &Appointment) -> Self {
        Self(last_day(row))
    }
}

impl Office {
    const fn of(role: Role) -> Self {
        if role.is_central() { Self::Central } else { Self::Administration }
    }
}

impl Reader {
    /// A mail that goes to several kinds of readers concerns a duty of officers alone.
    const fn audience(self) -> Audience {
        match self {
            Self::Holder | Self::Successor => Audience::Account,
            Self::Officer => Audience::Duty,
        }
    }

    /// The appointment that the reader looks at: of both of a hand-over, each holder the own one.
    pub(super) fn place(self, row: &Appointment, successor: &Appointment) -> String {
        match self {
            Self::Successor => successor.id,
            Self::Holder | Self::Officer => row.id,
        }
        .to_string()
    }
}

impl Unconfirmed {
    /// The cause of an appointment that is not confirmed.
    pub(super) fn of(row: &Appointment) -> Self {
        if timetable::was_missed(row) { Self::Missed } else { Self::Bounced }
    }
}

/// The last day of the mandate.
pub(super) fn last_day(row: &Appointment) -> Option<Day> {
    row.valid_to.map(Timestamp::last_day)
}

/// The day on which an appointment expires or lapses in its state.
pub(super) fn closing_day(row: &Appointment) -> Option<Day> {
    [Event::Lapse, Event::Expire].into_iter().find_map(|event| timetable::comes_at(row, event)).map(Timestamp::day)
}

/// What a mail may say of an appointment to one reader, in the reader's language.
pub(super) struct About {
    /// The person, or whom the invitation is for.
    pub(super) applicant: String,
    pub(super) organisation: Administration,
    pub(super) role: Role,
    pub(super) office: Office,
    pub(super) reader: Reader,
}

impl About {
    /// For this reader; `successor` is who of the readers takes over.
    pub(super) fn of(row: &Appointment, names: &Names, person: &Credentials, successor: Option<Id>) -> Self {
        let reader = match Some(person.id) {
            holder if holder == row.user_id => Reader::Holder,
            other if other == successor => Reader::Successor,
            _ => Reader::Officer,
        };
        let organisation = names.organisation(person.preferred_language).into();
        Self { applicant: names.person.clone(), organisation, role: row.role, office: Office::of(row.role), reader }
    }
}

crate::mails! {
    /// To an applicant: the application is approved.
    struct Approved("approved", Account, "/account/profile") { role: Role }

    /// To somebody who has an account already.
    struct Appointed("appointed", Account, "/appointments/" + id) {
        organisation: Administration,
        role: Role,
        office: Office,
    }

    /// To an applicant: the application is not approved.
    struct Rejected("rejected", Account, "/account/appointments/new") { reason: Option<Quote> }

    /// To an applicant: something is missing, and on that day the application lapses.
    struct InfoRequested("info_requested", Account, "/appointments/" + id) {
        organisation: Administration,
        reason: Option<Quote>,
        day: Option<Day>,
    }

    /// To the holder.
    struct AppointmentSuspended("appointment_suspended", Account, "/appointments/" + id) {
        organisation: Administration,
        office: Office,
        reason: Option<Quote>,
    }

    /// To the holder.
    struct AppointmentReinstated("appointment_reinstated", Account, "/appointments/" + id) {
        organisation: Administration,
        office: Office,
    }

    /// To the holder, when the successor has taken over.
    struct AppointmentReplaced("appointment_replaced", Account, "/account/data") {
        organisation: Administration,
        office: Office,
        successor: String,
        reason: Option<Quote>,
    }

    /// To the successor.
    struct AppointmentTakenOver("appointment_taken_over", Account, "/appointments/" + id) {
        applicant: String,
        organisation: Administration,
        office: Office,
        reason: Option<Quote>,
    }

    /// To the holder: the mandate is over, or the holder or an officer ended it.
    struct AppointmentEnded("appointment_ended", Account, "/account/data") {
        organisation: Administration,
        office: Office,
    }

    /// To the holder of a contact that was not confirmed for long.
    struct AppointmentExpired("appointment_expired", Account, "/account/appointments/new") {
        organisation: Administration,
        since: Day,
    }

    /// To an applicant: nobody decided in time, or what was missing did not come.
    struct ApplicationLapsed("application_lapsed", Account, "/account/appointments/new") {
        organisation: Administration,
        before: AppointmentStatus,
    }

    /// To the holder, once a year.
    struct ConfirmContact("confirm_contact", Account, "/confirm-contact?token=" + token) {
        organisation: Administration,
        role: Role,
        day: Option<Day>,
        due: Due,
    }

    /// To the holder, until the contact is confirmed or expires.
    struct ContactUnconfirmed("contact_unconfirmed", Account, "/confirm-contact?token=" + token) {
        organisation: Administration,
        role: Role,
        cause: Unconfirmed,
        day: Option<Day>,
    }

    /// To the holder: an officer has confirmed the contact.
    struct ContactConfirmed("contact_confirmed", Account, "/account/profile") { organisation: Administration }

    /// To officers: a contact is not confirmed.
    struct ContactNotConfirmed("contact_not_confirmed", Duty, "/appointments/" + id) {
        applicant: String,
        organisation: Administration,
        role: Role,
        cause: Unconfirmed,
    }

    /// To officers: an appointment has ended.
    struct ContactLeft("contact_left", Duty, "/people/invite") { applicant: String, organisation: Administration }

    /// To the Secretariat: the last coordinator of an organisation is none any more.
    struct NoCoordinatorLeft("no_coordinator_left", Duty, "/" + page) {
        applicant: String,
        organisation: Administration,
        status: AppointmentStatus,
        cause: Unconfirmed,
    }

    /// To the other people of the Secretariat: somebody has a central role.
    struct OfficerAppointed("officer_appointed", Duty, "/appointments/" + id) {
        applicant: String,
        officer: String,
        organisation: Administration,
        role: Role,
    }

    /// To those who may approve: an application waits.
    struct ApplicationWaits("application_waits", Duty, "/" + page) {
        applicant: String,
        organisation: Administration,
    }

    /// To the same, when it has waited for some time.
    struct ApplicationStillWaits("application_still_waits", Duty, "/" + page) {
        applicant: String,
        organisation: Administration,
        since: Day,
        day: Option<Day>,
    }

    /// To the Secretariat: the coordinators have not decided.
    struct ApplicationEscalated("application_escalated", Duty, "/" + page) {
        applicant: String,
        organisation: Administration,
        since: Day,
        day: Option<Day>,
    }

    /// To the holder and the coordinators.
    struct MandateEndsSoon("mandate_ends_soon", (of reader), "/appointments/" + id) {
        reader: Reader,
        applicant: String,
        organisation: Administration,
        office: Office,
        day: Option<Day>,
    }

    /// To the last administrator, whose mandate is over and does not end.
    struct MandateHeld("mandate_held", Account, "/people") { day: Option<Day> }

    /// To the holder: the mandate has another end.
    struct MandateChanged("mandate_changed", Account, "/appointments/" + id) {
        organisation: Administration,
        end: MandateEnd,
    }

    /// To both holders of a hand-over with an overlap.
    struct HandOverBegun("hand_over", (of reader), "/appointments/" + id) {
        reader: Reader,
        applicant: String,
        organisation: Administration,
        successor: String,
        day: Option<Day>,
        reason: Option<Quote>,
    }

    /// To both holders and the officers whom it concerns. `officer` is who cancels it, where an officer does.
    struct HandOverCancelled("hand_over_cancelled", (of reader), "/appointments/" + id) {
        reader: Reader,
        applicant: String,
        organisation: Administration,
        successor: String,
        cause: Cancellation,
        officer: String,
        end: MandateEnd,
    }

    /// To those who may invite in the place of the inviter.
    struct InvitationsWithdrawn("invitations_withdrawn", Duty, "/people?status=withdrawn") {
        inviter: String,
        organisation: Administration,
        count: usize,
    }

    /// To the inviter.
    struct InvitationAccepted("invitation_accepted", Duty, "/appointments/" + id) {
        applicant: String,
        organisation: Administration,
    }

    /// To a person who left the Secretariat, and to the Secretariat: the name of before counts again.
    struct NameRestored("name_restored", (of reader), "/" + page) {
        reader: Reader,
        before: String,
        after: String,
        organisation: Administration,
    }

    /// To the same: no other name is known.
    struct NameFlagged("name_flagged", (of reader), "/" + page) {
        reader: Reader,
        before: String,
        organisation: Administration,
    }

    /// To an invited address, which nobody has verified: `inviter` is the office of whoever invites.
    struct Invitation("invitation", Invited, "/invitation?token=" + token) {
        inviter: Role,
        role: Role,
        organisation_en: Administration,
        organisation_fr: Administration,
        day: Day,
        days: u64,
    }

    /// The same with a new link, where there was no answer.
    struct InvitationReminder("invitation_reminder", Invited, "/invitation?token=" + token) {
        inviter: Role,
        role: Role,
        organisation_en: Administration,
        organisation_fr: Administration,
        day: Day,
        days: u64,
    }
}
