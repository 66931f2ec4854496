//! Rights to act on an appointment, and the capacity in which a person acts.

use std::time::Duration;

use super::{Action, FieldAudience, Owned, Principal, Visibility, check, check_at, check_fresh};
use crate::appointments::{Actor, Appointment, AppointmentStatus, Event, HeldAppointment, Role, state_machine};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::time::Timestamp;

/// Refuses principals who may see no appointment: API tokens with a scope neither for the own profile nor for
/// appointments.
///
/// # Errors
/// 403.
pub fn may_read_appointments(principal: &Principal) -> Result<(), Error> {
    check(principal, Action::ReadProfile)
        .or_else(|refusal| check(principal, Action::ManageAppointments).map_err(|_lesser| refusal))
}

/// Whether a person may see an appointment: its holder, the coordinators of the organisation, the Secretariat.
#[must_use]
pub fn may_see_appointment(principal: &Principal, appointment: &Appointment) -> bool {
    (appointment.user_id == Some(principal.user_id) && check(principal, Action::ReadProfile).is_ok())
        || (check(principal, Action::ManageAppointments).is_ok()
            && check_at(principal, appointment.organisation_id).is_ok())
}

/// Whether a reader of an appointment may see the person's address.
///
/// The person and the Secretariat, which manages accounts, see it. A coordinator sees it while the invitation or
/// application is open: the administration entered the address itself, or needs it to decide. From then on the address
/// is a field of the contact, and its audience decides; `audience` is none if there is no contact any more. After the
/// end of the appointment the contact is hidden, and the person's present address is not shown to the former
/// organisation.
#[must_use]
pub fn may_see_address(
    reader: &Principal,
    appointment: &Appointment,
    audience: Option<(FieldAudience, Owned)>,
) -> bool {
    let is_open = matches!(
        appointment.status,
        AppointmentStatus::Invited | AppointmentStatus::Incomplete | AppointmentStatus::Pending
    );
    reader.is_secretariat()
        || appointment.user_id == Some(reader.user_id)
        || is_open
        || (!appointment.status.is_final()
            && audience.is_some_and(|(audience, owned)| Visibility::of(reader).sees_of(audience, owned)))
}

/// The capacity in which a person may apply this event to an appointment. The table of states decides whether the state
/// allows it.
///
/// Officers may not act in their own case. Coordinators act at their own organisation, but not on coordinators, except
/// that they may confirm them and withdraw their own invitations. They lift only their own suspensions, and end or hand
/// over only what is not under the suspension of another officer.
///
/// # Errors
/// 404 for appointments that the person may not see, 403 otherwise.
pub fn may_act(principal: &Principal, event: Event, appointment: &Appointment) -> Result<Actor, Error> {
    // A holder knows that the own appointment exists; the check below covers tokens.
    if appointment.user_id != Some(principal.user_id) && !may_see_appointment(principal, appointment) {
        return Err(Error::not_found());
    }
    let allowed = |actor| state_machine::RULES.iter().any(|rule| rule.event == event && rule.by.contains(&actor));
    if appointment.user_id == Some(principal.user_id) {
        check(principal, Action::ManageOwnAccount)?;
        return if allowed(Actor::Holder) { Ok(Actor::Holder) } else { Err(Error::forbidden(ProblemCode::OwnCase)) };
    }
    check(principal, Action::ManageAppointments)?;
    if principal.is_secretariat() && allowed(Actor::Secretariat) {
        return Ok(Actor::Secretariat);
    }
    let for_secretariat = !matches!(appointment.role, Role::Ncp | Role::Contributor) && event != Event::Confirm;
    let own_deed = appointment.decided_by == Some(principal.user_id);
    let own_invitation = event == Event::Withdraw && appointment.status == AppointmentStatus::Invited && own_deed;
    let is_suspended = appointment.status == AppointmentStatus::Suspended;
    let undoes = event == Event::Reinstate || (is_suspended && matches!(event, Event::Resign | Event::Replace));
    let anothers = undoes && !own_deed;
    if !allowed(Actor::Coordinator) || (for_secretariat && !own_invitation) || anothers {
        return Err(Error::forbidden(ProblemCode::SecretariatOnly));
    }
    Ok(Actor::Coordinator)
}

/// The capacity in which a person may set or remove the end of a mandate. Such an end is a resignation in advance.
///
/// In the own case, another officer must set it; under a suspension, an officer who may end the appointment. Only the
/// Secretariat may change an end that it set; a coordinator may still end the appointment at once.
///
/// # Errors
/// 404 for appointments that the person may not see, 403 otherwise.
pub fn may_set_end(principal: &Principal, appointment: &Appointment) -> Result<Actor, Error> {
    let actor = may_act(principal, Event::Resign, appointment)?;
    let is_anothers = appointment.end_set_by.is_some_and(|who| who != principal.user_id);
    match actor {
        Actor::Holder => Err(Error::forbidden(ProblemCode::OwnCase)),
        Actor::Coordinator if is_anothers => Err(Error::forbidden(ProblemCode::SecretariatOnly)),
        _ => Ok(actor),
    }
}

/// The officer to record as having set the end of a mandate: only one of the Secretariat is recorded.
#[must_use]
pub fn setter_of_end(officer: &Principal) -> Option<Id> {
    officer.is_secretariat().then_some(officer.user_id)
}

/// Whether an officer who sets the end that a mandate has already takes it over: one of the Secretariat, where a
/// coordinator had set it. From then on it is the Secretariat's.
#[must_use]
pub fn takes_over_end(officer: &Principal, appointment: &Appointment) -> bool {
    appointment.valid_to.is_some() && appointment.end_set_by.is_none() && setter_of_end(officer).is_some()
}

/// Whether an officer may not appoint a person who has these suspended appointments at the organisation. A coordinator
/// is barred by every suspension of another officer, so that a new appointment does not undo a decision of the
/// Secretariat.
#[must_use]
pub fn is_barred(officer: &Principal, under_suspension: &[Appointment]) -> bool {
    !officer.is_secretariat() && under_suspension.iter().any(|row| row.decided_by != Some(officer.user_id))
}

/// Whether one of these suspended appointments was suspended after a grant was made. Such a grant does not put the
/// person in force, whoever made it: of two decisions the later one counts.
#[must_use]
pub fn is_suspended_since(under_suspension: &[Appointment], granted_at: Timestamp) -> bool {
    under_suspension.iter().any(|row| row.decided_at.is_none_or(|suspended_at| suspended_at > granted_at))
}

/// Whether these appointments, without the one of this id, are of the Secretariat.
#[must_use]
pub fn is_secretariat_without(appointments: &[HeldAppointment], id: Id) -> bool {
    appointments
        .iter()
        .any(|held| held.id != id && held.status == AppointmentStatus::Active && held.role == Role::Secretariat)
}

/// Whether a deadline may trigger this event. It must not end the mandate of the last active administrator: then no
/// person could appoint the next one, and only the operator of the machine could help.
///
/// This is checked when the mandate ends, not when its end is set, since it is unknown then who will be active: the
/// other administrator may resign in the meantime. The mandate is kept, the administrator and the operator are
/// notified, and it ends as soon as there is another active administrator.
/// it ends as soon as another administrator is active.
#[must_use]
pub fn clock_may(event: Event, appointment: &Appointment, has_other_administrators: bool) -> bool {
    let runs = appointment.role == Role::Secretariat && appointment.status == AppointmentStatus::Active;
    let ends = matches!(event, Event::MandateEnds | Event::Expire | Event::MissConfirmation | Event::Bounce);
    has_other_administrators || !(runs && ends)
}

/// The capacity in which a person may decide on the application behind this appointment.
///
/// # Errors
/// 403.
pub fn may_decide(principal: &Principal, appointment: &Appointment) -> Result<Actor, Error> {
    check(principal, Action::DecideRegistrations)?;
    if appointment.user_id == Some(principal.user_id) {
        return Err(Error::forbidden(ProblemCode::OwnCase));
    }
    Ok(Actor::Secretariat)
}

/// Refuses principals who can begin no appointment: an API token without the scope for appointments. A session may
/// apply for its owner.
///
/// # Errors
/// 403.
pub fn may_begin_appointments(principal: &Principal) -> Result<(), Error> {
    check(principal, Action::ManageOwnAccount).or_else(|_own| check(principal, Action::ManageAppointments))
}

/// Refuses an API token, and a session whose last proof of identity is older than `age`, if an officer creates or
/// changes an appointment of the Secretariat or of an auditor.
///
/// # Errors
/// 401 with the hint of RFC 9470.
pub fn check_grave(principal: &Principal, role: Role, now: Timestamp, age: Duration) -> Result<(), Error> {
    match role {
        Role::Secretariat | Role::Auditor => check_fresh(principal, now, age),
        Role::Coordinator | Role::Ncp | Role::Contributor | Role::Partner => Ok(()),
    }
}

/// Whether a person may appoint others to this role at this organisation without approval.
///
/// # Errors
/// 403.
pub fn may_appoint(principal: &Principal, role: Role, organisation: Id) -> Result<(), Error> {
    check(principal, Action::ManageAppointments)?;
    check_at(principal, organisation)?;
    if principal.is_secretariat() || matches!(role, Role::Ncp | Role::Contributor) {
        Ok(())
    } else {
        Err(Error::forbidden(ProblemCode::SecretariatOnly))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{appointment, id, numbered};
    use super::*;
    use AppointmentStatus::{Active, Suspended};

    fn refusal(outcome: Result<Actor, Error>) -> Option<ProblemCode> {
        outcome.err().and_then(|error| error.refusal())
    }

    #[test]
    fn the_end_of_a_suspended_mandate_is_for_whoever_may_end_it() {
        let coordinator = numbered(1, &[(Role::Coordinator, Active)]);
        let secretariat = numbered(2, &[(Role::Secretariat, Active)]);
        let suspended = |by: u128| Appointment { decided_by: Some(id(by)), ..appointment(9, Suspended) };
        for (by, expected) in
            [(2, Some(ProblemCode::SecretariatOnly)), (3, Some(ProblemCode::SecretariatOnly)), (1, None)]
        {
            let row = suspended(by);
            assert_eq!(refusal(may_set_end(&coordinator, &row)), expected, "{by}");
            assert_eq!(refusal(may_act(&coordinator, Event::Resign, &row)), expected, "{by}");
            assert_eq!(may_set_end(&secretariat, &row).ok(), Some(Actor::Secretariat), "{by}");
        }
        assert_eq!(may_set_end(&coordinator, &appointment(9, Active)).ok(), Some(Actor::Coordinator));
        assert_eq!(refusal(may_set_end(&coordinator, &appointment(1, Active))), Some(ProblemCode::OwnCase));
    }

    #[test]
    fn the_secretariat_takes_over_an_end_that_a_coordinator_set() {
        let coordinator = numbered(1, &[(Role::Coordinator, Active)]);
        let secretariat = numbered(2, &[(Role::Secretariat, Active)]);
        let row = |end: Option<i64>, setter: Option<u128>| Appointment {
            valid_to: end.map(Timestamp::from_micros),
            end_set_by: setter.map(id),
            ..appointment(9, Active)
        };
        assert!(takes_over_end(&secretariat, &row(Some(5), None)));
        assert!(!takes_over_end(&coordinator, &row(Some(5), None)));
        assert!(!takes_over_end(&secretariat, &row(Some(5), Some(3))), "it is the Secretariat's");
        assert!(!takes_over_end(&secretariat, &row(None, None)), "there is none");
    }

    #[test]
    fn a_suspension_outweighs_a_grant_of_before() {
        let at = Timestamp::from_micros;
        let suspended = |when: i64| Appointment { decided_at: Some(at(when)), ..appointment(9, Suspended) };
        assert!(!is_suspended_since(&[], at(5)));
        assert!(!is_suspended_since(&[suspended(4)], at(5)), "the grant was made in the knowledge of it");
        assert!(is_suspended_since(&[suspended(4), suspended(6)], at(5)));
    }

    #[test]
    fn an_end_that_the_secretariat_set_is_its_own_to_change() {
        let coordinator = numbered(1, &[(Role::Coordinator, Active)]);
        let secretariat = numbered(2, &[(Role::Secretariat, Active)]);
        assert_eq!((setter_of_end(&coordinator), setter_of_end(&secretariat)), (None, Some(id(2))));
        let row = |setter: Option<u128>| Appointment { end_set_by: setter.map(id), ..appointment(9, Active) };
        for (setter, expected) in [(None, None), (Some(1), None), (Some(2), Some(ProblemCode::SecretariatOnly))] {
            assert_eq!(refusal(may_set_end(&coordinator, &row(setter))), expected, "{setter:?}");
        }
        // Another person of the Secretariat may.
        assert!(may_set_end(&secretariat, &row(Some(3))).is_ok());
        // The restriction concerns the date, not an end at once.
        assert!(may_act(&coordinator, Event::Resign, &row(Some(2))).is_ok());
    }
}
