//! Grants: rights that are checked again when an earlier decision takes effect.
//!
//! An invitation is accepted a week later, an announcement begins the next day, an approval counts when sending starts or
//! when a response is submitted, a round of a survey opens when its instant has come, a hand-over is completed after its
//! days. Each takes effect by the present rights of the person who granted it: the policy is asked again at that moment,
//! and the rights at the time of the grant do not matter.
//!
//! The granter is a [`Principal`] that `identity::granter` reads from the database in the unit of work that uses the
//! grant. A person whose account is suspended, about to be erased or erased has no appointments there.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Action, Principal, check, check_at, may_act, may_appoint};
use crate::appointments::{Appointment, AppointmentStatus, Event, Role};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::members::OrganisationKind;

/// How long whoever joined the Secretariat approves nothing of those who brought the person there.
pub const NEWCOMER: Duration = Duration::from_hours(24 * 30);

/// The effect of an invitation when it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It appoints the person.
    Whole,
    /// It proposes the person: an officer with the right to approve decides.
    Proposal,
    /// It has no effect: the inviter has lost the right.
    Nothing,
}

/// The effect of an invitation to this role by the inviter's present rights; none where the organisation does not have
/// the role. `approved` says whether the inviter could appoint the person when the invitation was written; rights gained
/// later do not improve it.
///
/// A coordinator whose own contact is unconfirmed has no rights for the moment. That is no fault, so the invitation
/// stays open, and another officer approves.
#[must_use]
pub fn worth_of_invitation(
    inviter: &Principal,
    role: Role,
    (organisation, kind): (Id, OrganisationKind),
    approved: bool,
) -> Worth {
    if !role.fits(kind) {
        return Worth::Nothing;
    }
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

/// Whether an officer may still hand over this appointment.
#[must_use]
pub fn still_hands_over(officer: &Principal, predecessor: &Appointment) -> bool {
    may_act(officer, Event::Replace, predecessor).is_ok()
}

/// Whether an officer may cancel or replace a hand-over that this person began: every officer who may hand over, except
/// that a coordinator cannot undo one of the Secretariat.
#[must_use]
pub fn may_undo_hand_over(officer: &Principal, begun_by: &Principal) -> bool {
    officer.is_secretariat() || officer.user_id == begun_by.user_id || !begun_by.is_secretariat()
}

/// Whether a successor can replace a predecessor: the successor's appointment is active, and the account open.
#[must_use]
pub fn takes_over(successor: &Appointment, has_open_account: bool) -> bool {
    has_open_account && successor.status == AppointmentStatus::Active
}

/// Whether an announcement that this officer planned or approved may still be sent.
#[must_use]
pub fn still_announces(officer: &Principal) -> bool {
    check(officer, Action::ManageAnnouncements).is_ok()
}

/// Whether a round of a survey whose opening this officer planned may still open by itself.
#[must_use]
pub fn still_opens_rounds(officer: &Principal) -> bool {
    check(officer, Action::ManageSurveys).is_ok()
}

/// Refuses approval of an announcement by an author of any version of it, and by the officer who submitted it, so that
/// a person without a part in it has read what is approved.
///
/// # Errors
/// 403.
pub fn check_approver(officer: Id, writers: &[Id], submitted_by: Option<Id>) -> Result<(), Error> {
    if writers.contains(&officer) || submitted_by == Some(officer) {
        return Err(Error::forbidden(ProblemCode::SecondPersonNeeded));
    }
    Ok(())
}

/// Refuses approval of an announcement by an officer who may be one person with somebody who has a part in it: because
/// one brought the other to the Secretariat lately, alone or over others, or somebody brought both. So nobody makes the
/// second person, to approve or to write. `newcomers` are the people who joined it lately, each with one of those who
/// brought the person there.
///
/// # Errors
/// 403.
pub fn check_independent(officer: Id, involved: &[Id], newcomers: &[(Id, Id)]) -> Result<(), Error> {
    let (makers, others) = (makers(&[officer], newcomers), makers(involved, newcomers));
    if makers.is_disjoint(&others) { Ok(()) } else { Err(Error::forbidden(ProblemCode::ApproverNotIndependent)) }
}

/// These people, and those who brought them there, alone or over others.
fn makers(people: &[Id], newcomers: &[(Id, Id)]) -> BTreeSet<Id> {
    let mut found: BTreeSet<Id> = people.iter().copied().collect();
    loop {
        let is_next = |(person, maker): &&(Id, Id)| found.contains(person) && !found.contains(maker);
        let next: Vec<Id> = newcomers.iter().filter(is_next).map(|(_, maker)| *maker).collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{appointment, numbered, person};
    use super::*;

    #[test]
    fn an_invitation_is_worth_what_its_inviter_may_do_now() {
        use AppointmentStatus::{Active, Unconfirmed};
        let (here, elsewhere) = (Id::nil(), Id::from(uuid::Uuid::max()));
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let inviter = person(&[(role, status)]);
                let worth = |to, place, approved| {
                    worth_of_invitation(&inviter, to, (place, OrganisationKind::Member), approved)
                };
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
        let here = (here, OrganisationKind::Member);
        assert_eq!(worth_of_invitation(&person(&[]), Role::Ncp, here, true), Worth::Nothing);
    }

    #[test]
    fn a_coordinator_undoes_no_hand_over_of_the_secretariat() {
        use AppointmentStatus::Active;
        let [one, other] = [1, 2].map(|number| numbered(number, &[(Role::Coordinator, Active)]));
        let [first, second] = [3, 4].map(|number| numbered(number, &[(Role::Secretariat, Active)]));
        for (officer, begun_by, may) in [
            (&one, &one, true),
            (&one, &other, true),
            (&one, &first, false),
            (&first, &one, true),
            (&first, &second, true),
        ] {
            assert_eq!(may_undo_hand_over(officer, begun_by), may, "{} {}", officer.user_id, begun_by.user_id);
        }
    }

    #[test]
    fn whoever_takes_over_is_in_force_and_has_an_open_account() {
        for &status in AppointmentStatus::ALL {
            let is_active = status == AppointmentStatus::Active;
            assert_eq!(takes_over(&appointment(1, status), true), is_active, "{status}");
            assert!(!takes_over(&appointment(1, status), false), "{status}");
        }
    }

    #[test]
    fn announcements_and_rounds_are_planned_by_the_secretariat_in_force() {
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let runs = role == Role::Secretariat && status == AppointmentStatus::Active;
                assert_eq!(still_announces(&person(&[(role, status)])), runs, "{role} {status}");
                assert_eq!(still_opens_rounds(&person(&[(role, status)])), runs, "{role} {status}");
            }
        }
    }

    #[test]
    fn nobody_makes_the_second_person() {
        let [author, made, made_by_made, sibling, other] =
            [1, 2, 3, 4, 5].map(|number| Id::from(uuid::Uuid::from_u128(number)));
        // Out of order, a person who took the own invitation, and one whom somebody else brought there, too.
        let newcomers = [(made_by_made, made), (made, author), (made, made), (sibling, author), (sibling, other)];
        let may = |officer, writer| check_independent(officer, &[writer], &newcomers).is_ok();
        assert_eq!([made, made_by_made, other].map(|officer| may(officer, author)), [false, false, true]);
        assert_eq!([author, sibling, other].map(|officer| may(officer, made)), [false, false, true], "the other way");
        assert!(may(author, other) && may(other, author), "both brought the same person there");
        assert!(!may(other, sibling), "who would approve the own text");
        assert!(check_independent(made, &[author], &[]).is_ok(), "after a while");
    }

    #[test]
    fn nobody_approves_what_one_wrote_or_submitted() {
        let [one, other, third] = [1, 2, 3].map(|number| Id::from(uuid::Uuid::from_u128(number)));
        assert!(check_approver(one, &[one, other], None).is_err(), "the first who wrote it");
        assert!(check_approver(other, &[one, other], None).is_err(), "the last who wrote it");
        assert!(check_approver(third, &[one], Some(third)).is_err(), "who submitted it");
        assert!(check_approver(third, &[one, other], Some(one)).is_ok());
    }
}
