//! The policy: all rights, in one place. What is not allowed here is refused.
//!
//! A right requires a role; a level, since roles with more rights need two factors; and for an API token, a scope.
//!
//! Grants take effect later by the rights that the granter has then (`grants`).
//!
//! Rights follow from active appointments, never from the claims of a token. They are read again for each session every
//! two seconds, and in every unit of work that writes (see `identity::sessions`).

mod appointments;
mod fields;
mod grants;
mod nominations;
mod responses;
mod rounds;
mod scopes;
mod surveys;

use std::time::Duration;

pub use appointments::{
    check_grave, clock_may, is_barred, is_secretariat_without, is_suspended_since, may_act, may_appoint,
    may_begin_appointments, may_decide, may_read_appointments, may_see_address, may_see_appointment, may_set_end,
    setter_of_end, takes_over_end,
};
pub use fields::{FieldAudience, FieldChange, Owned, Visibility, knows_hidden, may_change_field};
pub use grants::{
    NEWCOMER, Worth, check_approver, check_independent, may_undo_hand_over, still_announces, still_hands_over,
    still_opens_rounds, takes_over, worth_of_invitation,
};
pub use nominations::{may_read_nomination, may_write_nomination};
pub use responses::{ResponseReach, answers_for, reach_of_response, signers_of_response};
pub use rounds::{asks_for, may_ask_for_time};
pub use scopes::{ApiScope, may_lend};
pub use surveys::{reads_drafts_of_surveys, reads_surveys_of_members, reads_surveys_of_partners};

use crate::appointments::{AppointmentStatus, HeldAppointment, Role};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::i18n::Language;
use crate::time::{Timestamp, Zone};

crate::text_enum! {
    /// The level of authentication (NIST SP 800-63B-4: AAL1, AAL2).
    pub enum Level {
        /// A password.
        Password = "password",
        /// Two factors, or a passkey with user verification.
        TwoFactor = "two_factor",
    }
}

/// The credential of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A session.
    Session(Id),
    /// An API token with its scopes.
    Token(Id, Vec<ApiScope>),
}

/// An authenticated person.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The credential.
    pub credential: Credential,
    /// The level of authentication.
    pub level: Level,
    /// The last proof of identity; long ago if a passkey of the person was suspended since.
    pub authenticated_at: Timestamp,
    /// The person.
    pub user_id: Id,
    /// The address the person logs in with.
    pub email: String,
    /// The name.
    pub name: String,
    /// The language in which the person reads.
    pub language: Language,
    /// The time zone in which pages show times.
    pub zone: Zone,
    /// All appointments of the person, past ones included.
    pub appointments: Vec<HeldAppointment>,
}

/// An action that the policy allows or refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See one's own profile.
    ReadProfile,
    /// Change one's profile, password, factors, sessions, tokens.
    ManageOwnAccount,
    /// See the members, their contacts, and the announcements addressed to oneself.
    ReadCommunity,
    /// Mark announcements addressed to oneself as read, and acknowledge them: a personal statement, so no API token
    /// may.
    AnswerAnnouncements,
    /// See applications and decide on them.
    DecideRegistrations,
    /// Write, send and follow announcements.
    ManageAnnouncements,
    /// Suspend and reinstate accounts, end sessions, take away lost factors.
    ManageAccounts,
    /// Invite, approve, suspend and hand over: the Secretariat everywhere, a coordinator at the own organisation.
    ManageAppointments,
    /// Say which technologies an organisation uses: its coordinators, and the Secretariat.
    EditAdoption,
    /// Correct names, regions and the rest of the members.
    EditMembers,
    /// Read the audit log.
    ReadAudit,
    /// Read the key figures of the directory.
    ReadStatistics,
    /// Choose which events are sent to other programs.
    ManageWebhooks,
    /// Suppress addresses, so that they receive no announcements.
    ManageSuppressions,
    /// Read published questionnaires of surveys, and rounds.
    ReadSurveys,
    /// Make surveys, write and publish their questionnaires, hold rounds.
    ManageSurveys,
    /// Write the response of one's own organisation to a survey.
    AnswerSurveys,
    /// Assign its sections, review, submit, reopen and withdraw it: a statement of the organisation, so no API token may.
    SignSurveys,
}

impl Action {
    /// The name in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadProfile => "read_profile",
            Self::ManageOwnAccount => "manage_own_account",
            Self::ReadCommunity => "read_community",
            Self::AnswerAnnouncements => "answer_announcements",
            Self::DecideRegistrations => "decide_registrations",
            Self::ManageAnnouncements => "manage_announcements",
            Self::ManageAccounts => "manage_accounts",
            Self::ManageAppointments => "manage_appointments",
            Self::EditAdoption => "edit_adoption",
            Self::EditMembers => "edit_members",
            Self::ReadAudit => "read_audit",
            Self::ReadStatistics => "read_statistics",
            Self::ManageWebhooks => "manage_webhooks",
            Self::ManageSuppressions => "manage_suppressions",
            Self::ReadSurveys => "read_surveys",
            Self::ManageSurveys => "manage_surveys",
            Self::AnswerSurveys => "answer_surveys",
            Self::SignSurveys => "sign_surveys",
        }
    }

    /// The scope that an API token needs for it; none if no token may.
    const fn scope(self) -> Option<ApiScope> {
        match self {
            Self::ReadProfile => Some(ApiScope::ReadProfile),
            Self::ReadCommunity => Some(ApiScope::ReadCommunity),
            Self::DecideRegistrations => Some(ApiScope::DecideRegistrations),
            Self::ManageAnnouncements => Some(ApiScope::ManageAnnouncements),
            Self::ManageAppointments => Some(ApiScope::ManageAppointments),
            Self::ReadAudit => Some(ApiScope::ReadAudit),
            Self::ReadStatistics => Some(ApiScope::ReadStatistics),
            Self::ReadSurveys => Some(ApiScope::ReadSurveys),
            Self::ManageSurveys => Some(ApiScope::ManageSurveys),
            Self::AnswerSurveys => Some(ApiScope::AnswerSurveys),
            Self::ManageOwnAccount
            | Self::AnswerAnnouncements
            | Self::SignSurveys
            | Self::ManageAccounts
            | Self::EditAdoption
            | Self::EditMembers
            | Self::ManageWebhooks
            | Self::ManageSuppressions => None,
        }
    }
}

impl Principal {
    /// The active appointments.
    pub fn active(&self) -> impl Iterator<Item = &HeldAppointment> {
        self.appointments.iter().filter(|held| held.status == AppointmentStatus::Active)
    }

    /// Whether the person has this role in an active appointment.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.active().any(|held| held.role == role)
    }

    /// Whether the person is of the Secretariat.
    #[must_use]
    pub fn is_secretariat(&self) -> bool {
        is_secretariat(&self.appointments)
    }

    /// The session, if it is the credential.
    #[must_use]
    pub fn session(&self) -> Option<Id> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(..) => None,
        }
    }

    /// The id of the session or API token.
    #[must_use]
    pub fn credential_id(&self) -> Id {
        let (Credential::Session(id) | Credential::Token(id, _)) = self.credential;
        id
    }
}

/// Whether these appointments are of the Secretariat.
#[must_use]
pub fn is_secretariat(appointments: &[HeldAppointment]) -> bool {
    appointments.iter().any(|held| held.status == AppointmentStatus::Active && held.role == Role::Secretariat)
}

/// Whether a person belongs to partner agencies alone: the directory is closed to such people, and the Secretariat alone
/// sees their entries.
#[must_use]
pub fn is_partner_alone(person: &Principal) -> bool {
    let mut listed = person.appointments.iter().filter(|held| held.status.is_listed()).peekable();
    listed.peek().is_some() && listed.all(|held| held.role == Role::Partner)
}

/// Whether this role sees or decides more than others.
#[must_use]
pub const fn gives_more_rights(role: Role) -> bool {
    matches!(role, Role::Secretariat | Role::Coordinator | Role::Auditor)
}

/// Whether these appointments require a second factor: an active one has a role with more rights.
#[must_use]
pub fn requires_second_factor(appointments: &[HeldAppointment]) -> bool {
    appointments.iter().any(|held| held.status == AppointmentStatus::Active && gives_more_rights(held.role))
}

/// Whether a person with these appointments must keep the last second factor, since a role requires one: now, or once it
/// is confirmed or reinstated. Neither the person nor a link that undoes a change of address removes it.
#[must_use]
pub fn must_keep_a_factor(appointments: &[HeldAppointment]) -> bool {
    let counts = |status: AppointmentStatus| status.is_listed() || status == AppointmentStatus::Suspended;
    appointments.iter().any(|held| counts(held.status) && gives_more_rights(held.role))
}

/// Refuses what is not allowed.
///
/// # Errors
/// 403, with the reason the person can act on.
pub fn check(principal: &Principal, action: Action) -> Result<(), Error> {
    if let Credential::Token(_, scopes) = &principal.credential
        && !action.scope().is_some_and(|scope| scopes.contains(&scope))
    {
        return Err(Error::forbidden(ProblemCode::ScopeMissing));
    }
    let own = matches!(action, Action::ReadProfile | Action::ManageOwnAccount);
    if own {
        return Ok(());
    }
    check_role(principal, action)?;
    if requires_second_factor(&principal.appointments) && principal.level != Level::TwoFactor {
        return Err(Error::forbidden(ProblemCode::MfaRequired));
    }
    Ok(())
}

fn check_role(principal: &Principal, action: Action) -> Result<(), Error> {
    let (allowed, otherwise): (&[Role], _) = match action {
        Action::ReadProfile | Action::ManageOwnAccount => return Ok(()),
        Action::ReadCommunity | Action::AnswerAnnouncements => (
            &[Role::Secretariat, Role::Coordinator, Role::Ncp, Role::Contributor, Role::Auditor],
            ProblemCode::NoActiveAppointment,
        ),
        Action::ReadSurveys => (Role::ALL, ProblemCode::NoActiveAppointment),
        Action::AnswerSurveys => {
            (&[Role::Coordinator, Role::Ncp, Role::Contributor, Role::Partner], ProblemCode::ResponseNotLed)
        }
        Action::SignSurveys => (&[Role::Coordinator, Role::Ncp, Role::Partner], ProblemCode::ResponseNotLed),
        Action::DecideRegistrations
        | Action::ManageAnnouncements
        | Action::ManageSurveys
        | Action::ManageAccounts
        | Action::EditMembers
        | Action::ReadStatistics
        | Action::ManageWebhooks
        | Action::ManageSuppressions => (&[Role::Secretariat], ProblemCode::SecretariatOnly),
        Action::ManageAppointments | Action::EditAdoption => {
            (&[Role::Secretariat, Role::Coordinator], ProblemCode::CoordinatorsOnly)
        }
        Action::ReadAudit => (&[Role::Secretariat, Role::Auditor, Role::Coordinator], ProblemCode::AuditorsOnly),
    };
    if allowed.iter().any(|&role| principal.holds(role)) {
        return Ok(());
    }
    let has = |status| principal.appointments.iter().any(|held| held.status == status);
    let reads = matches!(action, Action::ReadCommunity | Action::AnswerAnnouncements | Action::ReadSurveys);
    Err(Error::forbidden(match otherwise {
        _ if action == Action::DecideRegistrations && principal.holds(Role::Coordinator) => {
            ProblemCode::DecidedAtAppointments
        }
        _ if reads && has(AppointmentStatus::Unconfirmed) => ProblemCode::ConfirmationNeeded,
        _ if reads && has(AppointmentStatus::Pending) => ProblemCode::AwaitingApproval,
        // What partner agencies read is open to every appointment in force, so this is for members alone.
        _ if reads && principal.holds(Role::Partner) => ProblemCode::MembersOnly,
        otherwise => otherwise,
    }))
}

/// Whether a person still has all the rights of `before`: the same credential and level, and each of the appointments
/// unchanged. Additional appointments do not matter.
#[must_use]
pub fn keeps_rights(current: &Principal, before: &Principal) -> bool {
    current.user_id == before.user_id
        && current.credential == before.credential
        && current.level == before.level
        && before.appointments.iter().all(|held| current.appointments.contains(held))
}

/// Refuses a coordinator's action at another organisation. The Secretariat may act everywhere.
///
/// # Errors
/// 403.
pub fn check_at(principal: &Principal, organisation: Id) -> Result<(), Error> {
    let coordinates = |held: &HeldAppointment| held.role == Role::Coordinator && held.organisation_id == organisation;
    if principal.is_secretariat() || principal.active().any(coordinates) {
        Ok(())
    } else {
        Err(Error::forbidden(ProblemCode::OtherOrganisation))
    }
}

/// Refuses a sensitive call by a session whose last proof of identity is older than `age`, and by every API token.
///
/// # Errors
/// 401 with the hint of RFC 9470, so that a client asks the person for a proof.
pub fn check_fresh(principal: &Principal, now: Timestamp, age: Duration) -> Result<(), Error> {
    if principal.session().is_some() && now <= principal.authenticated_at.plus(age) {
        Ok(())
    } else {
        Err(Error::unauthenticated(ProblemCode::ReauthRequired).with("seconds", age.as_secs()))
    }
}

/// Whether a person may change a contact: its owner, and the officers of its organisation. [`may_change_field`] decides
/// on each field.
///
/// # Errors
/// 403.
pub fn may_change_contact(principal: &Principal, owner: Id, organisation: Id) -> Result<(), Error> {
    if owner == principal.user_id {
        return check(principal, Action::ManageOwnAccount);
    }
    check(principal, Action::ManageAppointments)?;
    check_at(principal, organisation)
}

/// Refuses an officer's action on the own account.
///
/// # Errors
/// 403.
pub fn check_other(officer: &Principal, subject: Id) -> Result<(), Error> {
    if officer.user_id == subject { Err(Error::forbidden(ProblemCode::OwnAccount)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
