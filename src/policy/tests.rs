//! Tests of what each role allows, with which level and scope; and the people and appointments for the tests of this
//! folder.

use super::*;
use crate::appointments::Appointment;
use crate::members::Region;

/// A person with these appointments.
pub(super) fn person(roles: &[(Role, AppointmentStatus)]) -> Principal {
    let appointments = roles.iter().map(|&(role, status)| HeldAppointment {
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
        zone: Zone::default(),
        appointments: appointments.collect(),
    }
}

/// The same with this number as id.
pub(super) fn numbered(number: u128, roles: &[(Role, AppointmentStatus)]) -> Principal {
    Principal { user_id: id(number), ..person(roles) }
}

pub(super) fn id(number: u128) -> Id {
    Id::from(uuid::Uuid::from_u128(number))
}

/// An appointment as a contact point at the organisation of these people.
pub(super) fn appointment(holder: u128, status: AppointmentStatus) -> Appointment {
    let then = Timestamp::from_micros(0);
    Appointment {
        id: Id::nil(),
        user_id: Some(id(holder)),
        organisation_id: Id::nil(),
        role: Role::Ncp,
        status,
        status_since: then,
        valid_from: Some(then),
        valid_to: None,
        confirmed_at: Some(then),
        confirm_by: None,
        decided_by: None,
        decided_at: None,
        reason: None,
        replaced_by: None,
        end_set_by: None,
        checked_at: then,
        due_at: None,
        created_at: then,
        updated_at: then,
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
fn a_partner_agency_is_told_that_the_community_is_for_members() {
    let told = |roles: &[(Role, AppointmentStatus)]| {
        check(&person(roles), Action::ReadCommunity).err().and_then(|error| error.refusal())
    };
    let partner = (Role::Partner, AppointmentStatus::Active);
    assert_eq!(told(&[partner]), Some(ProblemCode::MembersOnly));
    assert_eq!(told(&[(Role::Partner, AppointmentStatus::Ended)]), Some(ProblemCode::NoActiveAppointment));
    assert_eq!(told(&[partner, (Role::Ncp, AppointmentStatus::Pending)]), Some(ProblemCode::AwaitingApproval));
    assert_eq!(told(&[partner, (Role::Ncp, AppointmentStatus::Active)]), None);
    assert!(is_partner_alone(&person(&[partner, (Role::Ncp, AppointmentStatus::Ended)])));
    assert!(!is_partner_alone(&person(&[partner, (Role::Ncp, AppointmentStatus::Active)])));
    assert!(!is_partner_alone(&person(&[(Role::Partner, AppointmentStatus::Ended)])));
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
        Action::ReadSurveys,
        Action::ManageSurveys,
        Action::AnswerSurveys,
        Action::SignSurveys,
    ];
    for &scope in ApiScope::ALL {
        let roles = [Role::Secretariat, Role::Ncp].map(|role| (role, AppointmentStatus::Active));
        let mut someone = person(&roles);
        someone.credential = Credential::Token(Id::nil(), vec![scope]);
        let allowed: Vec<_> = actions.iter().filter(|&&action| check(&someone, action).is_ok()).collect();
        assert!(matches!(allowed[..], [action] if action.scope() == Some(scope)), "{scope}: {allowed:?}");
        assert!(check_fresh(&someone, Timestamp::from_micros(0), Duration::from_mins(5)).is_err());
    }
}

#[test]
fn a_role_requires_a_factor_unless_it_has_ended_or_was_never_in_force() {
    let must = |roles: &[(Role, AppointmentStatus)]| must_keep_a_factor(&person(roles).appointments);
    for status in [AppointmentStatus::Active, AppointmentStatus::Unconfirmed, AppointmentStatus::Suspended] {
        assert!(must(&[(Role::Coordinator, status)]), "{status:?}");
    }
    assert!(!must(&[(Role::Coordinator, AppointmentStatus::Pending)]), "a thief may apply");
    assert!(!must(&[(Role::Ncp, AppointmentStatus::Active)]) && !must(&[]));
}
