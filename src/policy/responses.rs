//! Who writes, reviews and submits the response of an organisation.
//!
//! Coordinators, national contact points and people of partner agencies see and write all of it; contributors see and
//! write the sections that are assigned to them, and have no other right. Coordinators sign: they approve, return,
//! reopen and withdraw. An organisation without a coordinator has national contact points or people of the agency do
//! that.

use super::Principal;
use crate::appointments::Role;
use crate::db::Id;

/// How much of a response a person sees and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseReach {
    /// All of it.
    Whole,
    /// The sections that are assigned to the person.
    Assigned,
}

/// How much of the response of an organisation a person sees and writes; none for everybody else.
#[must_use]
pub fn reach_of_response(person: &Principal, organisation: Id) -> Option<ResponseReach> {
    let mut reach = None;
    for held in person.active().filter(|held| held.organisation_id == organisation) {
        match held.role {
            Role::Coordinator | Role::Ncp | Role::Partner => return Some(ResponseReach::Whole),
            Role::Contributor => reach = Some(ResponseReach::Assigned),
            Role::Secretariat | Role::Auditor => {}
        }
    }
    reach
}

/// The organisations for which a person answers.
pub fn answers_for(person: &Principal) -> Vec<Id> {
    let mut organisations: Vec<Id> = person.active().map(|held| held.organisation_id).collect();
    organisations.sort_unstable();
    organisations.dedup();
    organisations.retain(|organisation| reach_of_response(person, *organisation).is_some());
    organisations
}

/// The people of an organisation who sign its response: its coordinators, or where it has none, those who see all of
/// it.
#[must_use]
pub fn signers_of_response(people: &[(Id, Role)]) -> Vec<Id> {
    let with = |roles: &[Role]| -> Vec<Id> {
        let mut found: Vec<Id> =
            people.iter().filter(|(_, role)| roles.contains(role)).map(|(person, _)| *person).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let coordinators = with(&[Role::Coordinator]);
    if coordinators.is_empty() { with(&[Role::Ncp, Role::Partner]) } else { coordinators }
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::*;
    use crate::appointments::AppointmentStatus;

    #[test]
    fn s16_a_contributor_reaches_what_is_assigned_and_the_others_all_of_it() {
        for &role in Role::ALL {
            let somebody = person(&[(role, AppointmentStatus::Active)]);
            let organisation = somebody.appointments[0].organisation_id;
            let expected = match role {
                Role::Coordinator | Role::Ncp | Role::Partner => Some(ResponseReach::Whole),
                Role::Contributor => Some(ResponseReach::Assigned),
                Role::Secretariat | Role::Auditor => None,
            };
            assert_eq!(reach_of_response(&somebody, organisation), expected, "{role}");
            assert_eq!(answers_for(&somebody).len(), usize::from(expected.is_some()), "{role}");
            let past = person(&[(role, AppointmentStatus::Ended)]);
            assert_eq!(reach_of_response(&past, organisation), None, "{role}");
            assert_eq!(reach_of_response(&somebody, Id::from_bytes([99; 16])), None, "{role}");
        }
    }

    #[test]
    fn coordinators_sign_and_where_there_are_none_contact_points_do() {
        let id = |number: u8| Id::from_bytes([number; 16]);
        let people = [(id(3), Role::Coordinator), (id(2), Role::Ncp), (id(1), Role::Coordinator)];
        assert_eq!(signers_of_response(&people), [id(1), id(3)]);
        assert_eq!(signers_of_response(&people[1..2]), [id(2)]);
        assert!(signers_of_response(&[(id(1), Role::Contributor)]).is_empty());
    }
}
