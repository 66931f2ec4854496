//! What somebody may do to an appointment, and in which capacity.

use super::{Action, FieldAudience, Owned, Principal, Sight, check, check_at};
use crate::appointments::{Actor, Appointment, AppointmentStatus, Event, Role, machine};
use crate::db::Id;
use crate::error::Error;

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
/// they may confirm them, and take back an invitation of their own), and take back no suspension but their own.
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
    let anothers = event == Event::Reinstate && !own_deed;
    if !allowed(Actor::Coordinator) || (for_secretariat && !own_invitation) || anothers {
        return Err(Error::forbidden("secretariat_only"));
    }
    Ok(Actor::Coordinator)
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
