//! Everything a person may do, in one place. What is not allowed here is refused.
//!
//! Besides a role it takes a level: those who see or decide more than others come in with two factors. And it takes the
//! scope, where somebody's program comes in with an API token.
//!
//! What somebody granted takes effect later by the rights that the person has then (`grants`).
//!
//! Rights follow from active appointments, never from what a token claims. They are read again for each session every two
//! seconds, and in every unit of work that writes (see `identity::sessions`).

mod appointments;
mod fields;
mod grants;
mod nominations;

use std::time::Duration;

pub use appointments::{
    check_grave, is_barred, is_secretariat_without, may_act, may_appoint, may_begin_appointments, may_decide,
    may_read_appointments, may_see_address, may_see_appointment,
};
pub use fields::{FieldAudience, FieldChange, Owned, Sight, may_change_field};
pub use grants::{Worth, still_announces, still_hands_over, worth_of_invitation};
pub use nominations::{may_read_nomination, may_write_nomination};

use crate::appointments::{AppointmentStatus, Held, Role};
use crate::db::Id;
use crate::error::Error;
use crate::i18n::Language;
use crate::time::Timestamp;

crate::text_enum! {
    /// How surely somebody is who it is (NIST SP 800-63B-4: AAL1, AAL2).
    pub enum Level {
        /// By a password.
        Password = "password",
        /// By two factors, or by a passkey that verified its user.
        TwoFactor = "two_factor",
    }
}

crate::text_enum! {
    /// What an API token may be used for. Nothing else: an account is never managed by a token.
    pub enum ApiScope {
        /// To read one's own profile.
        ReadProfile = "profile:read",
        /// To read members, contacts, and the announcements addressed to oneself.
        ReadCommunity = "community:read",
        /// To see applications and decide on them.
        DecideRegistrations = "registrations:decide",
        /// To write, send and follow announcements.
        ManageAnnouncements = "announcements:manage",
        /// To invite, approve, suspend and hand over, where its owner may.
        ManageAppointments = "appointments:manage",
        /// To read the audit log.
        ReadAudit = "audit:read",
        /// To read the key figures of the directory.
        ReadStatistics = "statistics:read",
    }
}

/// What somebody came in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A session.
    Session(Id),
    /// An API token and what it may be used for.
    Token(Id, Vec<ApiScope>),
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Principal {
    /// What the person came in with.
    pub credential: Credential,
    /// How surely it is this person.
    pub level: Level,
    /// When the person last proved it.
    pub authenticated_at: Timestamp,
    /// The person.
    pub user_id: Id,
    /// The address the person logs in with.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The language the person reads.
    pub language: Language,
    /// Every appointment the person has had.
    pub appointments: Vec<Held>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See one's own profile.
    ReadProfile,
    /// Change one's profile, password, factors, sessions, tokens.
    ManageOwnAccount,
    /// See the members, their contacts, and the announcements addressed to oneself.
    ReadCommunity,
    /// Mark announcements addressed to oneself as read, and acknowledge them: a word of one's own, which no program gives.
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
    /// Say which programs of others hear of what happens.
    ManageWebhooks,
    /// Say which addresses no announcement goes to.
    ManageSuppressions,
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
        }
    }

    /// The scope that lets an API token do it; none where no token may.
    const fn scope(self) -> Option<ApiScope> {
        match self {
            Self::ReadProfile => Some(ApiScope::ReadProfile),
            Self::ReadCommunity => Some(ApiScope::ReadCommunity),
            Self::DecideRegistrations => Some(ApiScope::DecideRegistrations),
            Self::ManageAnnouncements => Some(ApiScope::ManageAnnouncements),
            Self::ManageAppointments => Some(ApiScope::ManageAppointments),
            Self::ReadAudit => Some(ApiScope::ReadAudit),
            Self::ReadStatistics => Some(ApiScope::ReadStatistics),
            Self::ManageOwnAccount
            | Self::AnswerAnnouncements
            | Self::ManageAccounts
            | Self::EditAdoption
            | Self::EditMembers
            | Self::ManageWebhooks
            | Self::ManageSuppressions => None,
        }
    }
}

impl Principal {
    /// The appointments in force.
    pub fn active(&self) -> impl Iterator<Item = &Held> {
        self.appointments.iter().filter(|held| held.status == AppointmentStatus::Active)
    }

    /// Whether the person holds this role in force, anywhere.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.active().any(|held| held.role == role)
    }

    /// Whether this is the Secretariat.
    #[must_use]
    pub fn is_secretariat(&self) -> bool {
        is_secretariat(&self.appointments)
    }

    /// The session, where the person came in with one.
    #[must_use]
    pub fn session(&self) -> Option<Id> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(..) => None,
        }
    }
}

/// Whether whoever holds these appointments is of the Secretariat.
#[must_use]
pub fn is_secretariat(appointments: &[Held]) -> bool {
    appointments.iter().any(|held| held.status == AppointmentStatus::Active && held.role == Role::Secretariat)
}

/// Whether whoever holds these appointments must have a second factor: those who see or decide more than others.
#[must_use]
pub fn requires_second_factor(appointments: &[Held]) -> bool {
    let bound = [Role::Secretariat, Role::Coordinator, Role::Auditor];
    appointments.iter().any(|held| held.status == AppointmentStatus::Active && bound.contains(&held.role))
}

/// Refuses what is not allowed.
///
/// # Errors
/// 403, with the reason the person can act on.
pub fn check(principal: &Principal, action: Action) -> Result<(), Error> {
    if let Credential::Token(_, scopes) = &principal.credential
        && !action.scope().is_some_and(|scope| scopes.contains(&scope))
    {
        return Err(Error::forbidden("scope_missing"));
    }
    let own = matches!(action, Action::ReadProfile | Action::ManageOwnAccount);
    if own {
        return Ok(());
    }
    check_role(principal, action)?;
    if requires_second_factor(&principal.appointments) && principal.level != Level::TwoFactor {
        return Err(Error::forbidden("mfa_required"));
    }
    Ok(())
}

fn check_role(principal: &Principal, action: Action) -> Result<(), Error> {
    let (allowed, otherwise): (&[Role], _) = match action {
        Action::ReadProfile | Action::ManageOwnAccount => return Ok(()),
        Action::ReadCommunity | Action::AnswerAnnouncements => (
            &[Role::Secretariat, Role::Coordinator, Role::Ncp, Role::Contributor, Role::Auditor],
            "no_active_appointment",
        ),
        Action::DecideRegistrations
        | Action::ManageAnnouncements
        | Action::ManageAccounts
        | Action::EditMembers
        | Action::ReadStatistics
        | Action::ManageWebhooks
        | Action::ManageSuppressions => (&[Role::Secretariat], "secretariat_only"),
        Action::ManageAppointments | Action::EditAdoption => {
            (&[Role::Secretariat, Role::Coordinator], "coordinators_only")
        }
        Action::ReadAudit => (&[Role::Secretariat, Role::Auditor, Role::Coordinator], "auditors_only"),
    };
    if allowed.iter().any(|&role| principal.holds(role)) {
        return Ok(());
    }
    let has = |status| principal.appointments.iter().any(|held| held.status == status);
    let reads = matches!(action, Action::ReadCommunity | Action::AnswerAnnouncements);
    Err(Error::forbidden(match otherwise {
        _ if action == Action::DecideRegistrations && principal.holds(Role::Coordinator) => "decided_at_appointments",
        _ if reads && has(AppointmentStatus::Unconfirmed) => "confirmation_needed",
        _ if reads && has(AppointmentStatus::Pending) => "awaiting_approval",
        otherwise => otherwise,
    }))
}

/// Whether a person still has all the rights of `before`: by the same credential, as surely, and with every appointment as it
/// was. Further ones take nothing away.
#[must_use]
pub fn keeps_rights(current: &Principal, before: &Principal) -> bool {
    current.user_id == before.user_id
        && current.credential == before.credential
        && current.level == before.level
        && before.appointments.iter().all(|held| current.appointments.contains(held))
}

/// Refuses what a coordinator wants to do at an organisation that is not the own one. The Secretariat may everywhere.
///
/// # Errors
/// 403.
pub fn check_at(principal: &Principal, organisation: Id) -> Result<(), Error> {
    let coordinates = |held: &Held| held.role == Role::Coordinator && held.organisation_id == organisation;
    if principal.is_secretariat() || principal.active().any(coordinates) {
        Ok(())
    } else {
        Err(Error::forbidden("other_organisation"))
    }
}

/// Refuses a sensitive call of somebody whose last proof of oneself is older than `age`, and of every API token.
///
/// # Errors
/// 401 with the hint of RFC 9470, on which a client asks the person again.
pub fn check_fresh(principal: &Principal, now: Timestamp, age: Duration) -> Result<(), Error> {
    if principal.session().is_some() && now <= principal.authenticated_at.plus(age) {
        Ok(())
    } else {
        Err(Error::unauthenticated("reauth_required").with("seconds", age.as_secs()))
    }
}

/// Whether somebody may change a contact: whose it is, and the officers of its organisation. Which of its fields, and how, says
/// [`may_change_field`].
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

/// Refuses to let somebody act on one's own account as an officer.
///
/// # Errors
/// 403.
pub fn check_other(officer: &Principal, subject: Id) -> Result<(), Error> {
    if officer.user_id == subject { Err(Error::forbidden("own_account")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Region;

    /// Somebody who holds these.
    pub(super) fn person(roles: &[(Role, AppointmentStatus)]) -> Principal {
        let appointments = roles.iter().map(|&(role, status)| Held {
            id: Id::nil(),
            organisation_id: Id::nil(),
            organisation: "SN".to_owned(),
            region: Some(Region::Wca),
            role,
            status,
        });
        Principal {
            credential: Credential::Session(Id::nil()),
            level: Level::TwoFactor,
            authenticated_at: Timestamp::from_micros(0),
            user_id: Id::nil(),
            email: String::new(),
            name: String::new(),
            language: Language::Fr,
            appointments: appointments.collect(),
        }
    }

    #[test]
    fn rights_come_from_active_appointments_alone() {
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let someone = person(&[(role, status)]);
                let active = status == AppointmentStatus::Active;
                let reads = active && role != Role::Partner;
                let runs = active && role == Role::Secretariat;
                assert_eq!(check(&someone, Action::ReadCommunity).is_ok(), reads, "{role} {status}");
                assert_eq!(check(&someone, Action::AnswerAnnouncements).is_ok(), reads, "{role} {status}");
                assert_eq!(check(&someone, Action::DecideRegistrations).is_ok(), runs, "{role} {status}");
                assert_eq!(check(&someone, Action::ManageAnnouncements).is_ok(), runs, "{role} {status}");
            }
        }
        assert!(check(&person(&[]), Action::ReadCommunity).is_err());
    }

    #[test]
    fn who_sees_more_needs_two_factors() {
        for (role, needs) in [(Role::Secretariat, true), (Role::Coordinator, true), (Role::Ncp, false)] {
            let mut someone = person(&[(role, AppointmentStatus::Active)]);
            someone.level = Level::Password;
            assert_eq!(check(&someone, Action::ReadCommunity).is_err(), needs, "{role}");
            assert!(check(&someone, Action::ManageOwnAccount).is_ok(), "to add the factor");
        }
    }

    #[test]
    fn a_token_does_what_its_scopes_say_and_never_manages_accounts() {
        let actions = [
            Action::ReadProfile,
            Action::ManageOwnAccount,
            Action::ReadCommunity,
            Action::AnswerAnnouncements,
            Action::DecideRegistrations,
            Action::ManageAnnouncements,
            Action::ManageAccounts,
            Action::ManageAppointments,
            Action::EditAdoption,
            Action::EditMembers,
            Action::ReadAudit,
            Action::ReadStatistics,
            Action::ManageWebhooks,
            Action::ManageSuppressions,
        ];
        for &scope in ApiScope::ALL {
            let mut someone = person(&[(Role::Secretariat, AppointmentStatus::Active)]);
            someone.credential = Credential::Token(Id::nil(), vec![scope]);
            let allowed: Vec<_> = actions.iter().filter(|&&action| check(&someone, action).is_ok()).collect();
            assert!(matches!(allowed[..], [action] if action.scope() == Some(scope)), "{scope}: {allowed:?}");
            assert!(check_fresh(&someone, Timestamp::from_micros(0), Duration::from_mins(5)).is_err());
        }
    }
}
