//! Who asks for more time in a round of a survey.

use super::{Credential, Principal};
use crate::appointments::Role;
use crate::db::Id;
use crate::error::{Error, ProblemCode};

/// Refuses a request for more time by anybody but the coordinators of a member, or the people of a partner agency; and by
/// every API token: to ask is an act of the organisation.
///
/// # Errors
/// 403.
pub fn may_ask_for_time(asker: &Principal, organisation: Id) -> Result<(), Error> {
    if matches!(asker.credential, Credential::Token(..)) {
        return Err(Error::forbidden(ProblemCode::ScopeMissing));
    }
    if asker.active().any(|held| asks_for(held.role) && held.organisation_id == organisation) {
        return Ok(());
    }
    let code = if asker.active().any(|held| asks_for(held.role)) {
        ProblemCode::OtherOrganisation
    } else {
        ProblemCode::CoordinatorsOnly
    };
    Err(Error::forbidden(code))
}

/// Whether this role asks for more time at its organisation.
#[must_use]
pub const fn asks_for(role: Role) -> bool {
    matches!(role, Role::Coordinator | Role::Partner)
}

#[cfg(test)]
mod tests {
    use super::super::ApiScope;
    use super::super::tests::person;
    use super::*;
    use crate::appointments::AppointmentStatus;

    #[test]
    fn coordinators_and_partners_ask_for_their_own_organisation_in_a_session() {
        for &role in Role::ALL {
            let mut asker = person(&[(role, AppointmentStatus::Active)]);
            let own = asker.appointments.first().map(|held| held.organisation_id).unwrap();
            assert_eq!(may_ask_for_time(&asker, own).is_ok(), asks_for(role), "{role}");
            assert!(may_ask_for_time(&asker, Id::from_bytes([9; 16])).is_err(), "{role} elsewhere");
            asker.credential = Credential::Token(Id::nil(), ApiScope::ALL.to_vec());
            assert!(may_ask_for_time(&asker, own).is_err(), "{role} by a token");
            let past = person(&[(role, AppointmentStatus::Ended)]);
            assert!(may_ask_for_time(&past, own).is_err(), "{role} no longer");
        }
    }
}
