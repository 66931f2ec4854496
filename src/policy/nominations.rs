//! Rights over nominations, the evidence of appointments.

use super::{Action, Principal, check, check_at};
use crate::appointments::AppointmentStatus;
use crate::db::Id;
use crate::error::Error;

/// Refuses readers of a letter of nomination, which names third persons, except the Secretariat and the coordinators of
/// the organisation, with two factors. The nominated person may not read it either.
///
/// # Errors
/// 404 for other people; 403 for an officer who lacks the second factor or the scope.
pub fn may_read_nomination(reader: &Principal, organisation: Id) -> Result<(), Error> {
    if check_at(reader, organisation).is_err() {
        return Err(Error::not_found());
    }
    check(reader, Action::ManageAppointments)
}

/// Refuses writers of a nomination or its letter, except officers at any time, but not in their own case, and the
/// nominated person in a session until the decision.
///
/// # Errors
/// As [`may_read_nomination`].
pub fn may_write_nomination(
    writer: &Principal,
    subject: Option<Id>,
    organisation: Id,
    status: AppointmentStatus,
) -> Result<(), Error> {
    if subject != Some(writer.user_id) {
        return may_read_nomination(writer, organisation);
    }
    let is_open = matches!(status, AppointmentStatus::Incomplete | AppointmentStatus::Pending);
    if is_open && writer.session().is_some() { Ok(()) } else { Err(Error::not_found()) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::super::{ApiScope, Credential, Level};
    use super::*;
    use crate::appointments::Role;

    #[test]
    fn a_nomination_is_for_officers_and_its_letter_not_for_who_is_nominated() {
        use AppointmentStatus::{Active, Incomplete, Pending};
        let (here, elsewhere, other) = (Id::nil(), Id::from(uuid::Uuid::max()), Some(Id::from(uuid::Uuid::max())));
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let someone = person(&[(role, status)]);
                let active = status == Active;
                let (everywhere, at_home) = (role == Role::Secretariat, role == Role::Coordinator);
                for (place, allowed) in [(here, active && (everywhere || at_home)), (elsewhere, active && everywhere)] {
                    assert_eq!(may_read_nomination(&someone, place).is_ok(), allowed, "{role} {status}");
                    assert_eq!(
                        may_write_nomination(&someone, other, place, Active).is_ok(),
                        allowed,
                        "{role} {status}"
                    );
                    assert_eq!(
                        may_write_nomination(&someone, None, place, Pending).is_ok(),
                        allowed,
                        "{role} {status}"
                    );
                }
                // In the own case, it is open until the decision, whatever role the person has.
                let own = Some(someone.user_id);
                for &stands in AppointmentStatus::ALL {
                    let open = [Incomplete, Pending].contains(&stands);
                    assert_eq!(may_write_nomination(&someone, own, here, stands).is_ok(), open, "{role} {stands}");
                }
            }
        }
        let mut officer = person(&[(Role::Coordinator, Active)]);
        officer.level = Level::Password;
        assert!(may_read_nomination(&officer, here).is_err(), "without a second factor");
        let mut applicant = person(&[(Role::Ncp, Pending)]);
        applicant.credential = Credential::Token(Id::nil(), ApiScope::ALL.to_vec());
        assert!(may_write_nomination(&applicant, Some(applicant.user_id), here, Pending).is_err(), "by a token");
    }
}
