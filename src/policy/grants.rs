//! What somebody granted earlier, judged again when it takes effect.
//!
//! An invitation is accepted a week later, an announcement begins the next day, an approval counts when sending starts, a
//! hand-over ends when its days are over. Each of them takes effect by the rights of the person who granted it. So the policy is asked
//! again at that moment whether this person might grant it now; what the person was allowed then counts for nothing.
//!
//! The granter is a [`Principal`] that `identity::granter` reads from the database in the unit of work that uses the grant. A
//! person whose account is suspended, about to be erased or erased holds nothing there.

use super::{Action, Principal, check, check_at, may_act, may_appoint};
use crate::appointments::{Appointment, AppointmentStatus, Event, Role};
use crate::db::Id;

/// What an invitation is worth when it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It puts the person in force.
    Whole,
    /// It proposes the person: somebody with the right to approve decides.
    Proposal,
    /// The person who invited may do so no longer.
    Nothing,
}

/// What an invitation to this role is worth by the rights that the inviter has now. `approved` says whether the inviter
/// could put the person in force when it was written: no later right makes more of it.
///
/// A coordinator whose own contact is not confirmed has no rights for the moment, which is no reproach: the invitation stays
/// open, and somebody else approves.
#[must_use]
pub fn worth_of_invitation(inviter: &Principal, role: Role, organisation: Id, approved: bool) -> Worth {
    if may_appoint(inviter, role, organisation).is_ok() {
        return if approved { Worth::Whole } else { Worth::Proposal };
    }
    let proposes = check(inviter, Action::ManageAppointments).is_ok() && check_at(inviter, organisation).is_ok();
    let is_to_confirm = inviter.appointments.iter().any(|held| {
        held.role == Role::Coordinator
            && held.organisation_id == organisation
            && held.status == AppointmentStatus::Unconfirmed
    });
    if proposes || is_to_confirm { Worth::Proposal } else { Worth::Nothing }
}

/// Whether somebody may still hand over this appointment.
#[must_use]
pub fn still_hands_over(officer: &Principal, predecessor: &Appointment) -> bool {
    may_act(officer, Event::Replace, predecessor).is_ok()
}

/// Whether what somebody planned or approved may still be sent.
#[must_use]
pub fn still_announces(officer: &Principal) -> bool {
    check(officer, Action::ManageAnnouncements).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::*;

    #[test]
    fn an_invitation_is_worth_what_its_inviter_may_do_now() {
        use AppointmentStatus::{Active, Unconfirmed};
        let (here, elsewhere) = (Id::nil(), Id::from(uuid::Uuid::max()));
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let inviter = person(&[(role, status)]);
                let worth = |to, place, approved| worth_of_invitation(&inviter, to, place, approved);
                let expected = match (role, status) {
                    (Role::Secretariat | Role::Coordinator, Active) => Worth::Whole,
                    (Role::Coordinator, Unconfirmed) => Worth::Proposal,
                    _ => Worth::Nothing,
                };
                assert_eq!(worth(Role::Ncp, here, true), expected, "{role} {status}");
                let at_most = if expected == Worth::Whole { Worth::Proposal } else { expected };
                assert_eq!(worth(Role::Ncp, here, false), at_most, "{role} {status}: it never becomes more");
                let everywhere = role == Role::Secretariat && status == Active;
                let abroad = if everywhere { Worth::Whole } else { Worth::Nothing };
                assert_eq!(worth(Role::Ncp, elsewhere, true), abroad, "{role} {status}");
                let of_coordinators = if everywhere { Worth::Whole } else { at_most };
                assert_eq!(worth(Role::Coordinator, here, true), of_coordinators, "{role} {status}");
            }
        }
        assert_eq!(worth_of_invitation(&person(&[]), Role::Ncp, here, true), Worth::Nothing);
    }

    #[test]
    fn announcements_are_planned_and_approved_by_the_secretariat_in_force() {
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let runs = role == Role::Secretariat && status == AppointmentStatus::Active;
                assert_eq!(still_announces(&person(&[(role, status)])), runs, "{role} {status}");
            }
        }
    }
}
