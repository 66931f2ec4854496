//! What somebody may do to an appointment, and in which capacity.

use std::time::Duration;

use super::{Action, FieldAudience, Owned, Principal, Sight, check, check_at, check_fresh};
use crate::appointments::{Actor, Appointment, AppointmentStatus, Event, Held, Role, machine};
use crate::db::Id;
use crate::error::Error;
use crate::time::Timestamp;

/// Refuses whoever may look at no appointment at all: an API token that is neither for the own profile nor for appointments.
///
/// # Errors
/// 403.
pub fn may_read_appointments(principal: &Principal) -> Result<(), Error> {
    check(principal, Action::ReadProfile)
        .or_else(|refusal| check(principal, Action::ManageAppointments).map_err(|_lesser| refusal))
}

/// Whether somebody may look at an appointment: its holder, the coordinators of the organisation, the Secretariat.
#[must_use]
pub fn may_see_appointment(principal: &Principal, appointment: &Appointment) -> bool {
    (appointment.user_id == Some(principal.user_id) && check(principal, Action::ReadProfile).is_ok())
        || (check(principal, Action::ManageAppointments).is_ok()
            && check_at(principal, appointment.organisation_id).is_ok())
}

/// Whether the address of the person stands beside an appointment that somebody may see.
///
/// The person and the Secretariat, which manages accounts, see it. A coordinator sees it as long as the invitation or the
/// application is open: the administration wrote the address down itself, or was given it to decide by. From then on the address is a field of the
/// contact, and its audience decides; `audience` is none where there is no contact any more. Once the appointment is over the
/// contact is shown to nobody, and the address of today is no business of the organisation that the person left.
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
            && audience.is_some_and(|(audience, owned)| Sight::of(reader).sees_of(audience, owned)))
}

/// In which capacity somebody does this to an appointment. Whether the state allows it is for the table to say.
///
/// Nobody acts as an officer in the own case. Coordinators act at their own organisation, not on coordinators (but that
/// they may confirm them, and take back an invitation of their own), and take back no suspension but their own, nor end or hand over what is under one.
///
/// # Errors
/// 404 for what the person may not even see, 403 otherwise.
pub fn may_act(principal: &Principal, event: Event, appointment: &Appointment) -> Result<Actor, Error> {
    // Of one's own it is no secret that it is there; whether a token may is looked at below.
    if appointment.user_id != Some(principal.user_id) && !may_see_appointment(principal, appointment) {
        return Err(Error::not_found());
    }
    let allowed = |actor| machine::RULES.iter().any(|rule| rule.event == event && rule.by.contains(&actor));
    if appointment.user_id == Some(principal.user_id) {
        check(principal, Action::ManageOwnAccount)?;
        return if allowed(Actor::Holder) { Ok(Actor::Holder) } else { Err(Error::forbidden("own_case")) };
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
        return Err(Error::forbidden("secretariat_only"));
    }
    Ok(Actor::Coordinator)
}

/// Whether an officer may put nobody in force at an organisation of whose appointments there these are under a suspension: a
/// coordinator under none but the own, so that another appointment does not undo what the Secretariat decided.
#[must_use]
pub fn is_barred(officer: &Principal, under_suspension: &[Appointment]) -> bool {
    !officer.is_secretariat() && under_suspension.iter().any(|row| row.decided_by != Some(officer.user_id))
}

/// Whether whoever holds these appointments is of the Secretariat without the appointment of this id.
#[must_use]
pub fn is_secretariat_without(appointments: &[Held], id: Id) -> bool {
    appointments
        .iter()
        .any(|held| held.id != id && held.status == AppointmentStatus::Active && held.role == Role::Secretariat)
}

/// Whether somebody may decide on the application of which this appointment came, as somebody who decides on applications.
///
/// # Errors
/// 403.
pub fn may_decide(principal: &Principal, appointment: &Appointment) -> Result<Actor, Error> {
    check(principal, Action::DecideRegistrations)?;
    if appointment.user_id == Some(principal.user_id) {
        return Err(Error::forbidden("own_case"));
    }
    Ok(Actor::Secretariat)
}

/// Refuses whoever may begin no appointment at all: an API token that is not for appointments. A session may apply for its
/// owner.
///
/// # Errors
/// 403.
pub fn may_begin_appointments(principal: &Principal) -> Result<(), Error> {
    check(principal, Action::ManageOwnAccount).or_else(|_own| check(principal, Action::ManageAppointments))
}

/// Refuses an API token, and a session whose last proof is older than `age`, where an officer makes or changes an appointment
/// of those who run the portal or read its log.
///
/// # Errors
/// 401 with the hint of RFC 9470.
pub fn check_grave(principal: &Principal, role: Role, now: Timestamp, age: Duration) -> Result<(), Error> {
    match role {
        Role::Secretariat | Role::Auditor => check_fresh(principal, now, age),
        Role::Coordinator | Role::Ncp | Role::Contributor | Role::Partner => Ok(()),
    }
}

/// Whether somebody may put others in force with this role at this organisation without asking.
///
/// # Errors
/// 403.
pub fn may_appoint(principal: &Principal, role: Role, organisation: Id) -> Result<(), Error> {
    check(principal, Action::ManageAppointments)?;
    check_at(principal, organisation)?;
    if principal.is_secretariat() || matches!(role, Role::Ncp | Role::Contributor) {
        Ok(())
    } else {
        Err(Error::forbidden("secretariat_only"))
    }
}
