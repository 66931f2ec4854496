//! Who reads which questionnaires. Answers and results have rights of their own.

use super::{Action, Principal, check};
use crate::appointments::Role;

/// Whether a person reads published questionnaires for members: everybody of a member, and the Secretariat.
#[must_use]
pub fn reads_surveys_of_members(reader: &Principal) -> bool {
    reader.active().any(|held| held.role != Role::Partner)
}

/// Whether a person reads published questionnaires for partner agencies: those who answer for one, and the Secretariat.
#[must_use]
pub fn reads_surveys_of_partners(reader: &Principal) -> bool {
    reader.is_secretariat() || reader.holds(Role::Partner)
}

/// Whether a person sees drafts of questionnaires: who writes them does.
#[must_use]
pub fn reads_drafts_of_surveys(reader: &Principal) -> bool {
    check(reader, Action::ManageSurveys).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::super::{ApiScope, Credential};
    use super::*;
    use crate::appointments::AppointmentStatus;
    use crate::db::Id;

    #[test]
    fn each_audience_reads_its_own_questionnaires_and_the_secretariat_reads_all() {
        for &role in Role::ALL {
            let reader = person(&[(role, AppointmentStatus::Active)]);
            let (is_partner, is_central) = (role == Role::Partner, role == Role::Secretariat);
            assert_eq!(reads_surveys_of_members(&reader), !is_partner, "{role}");
            assert_eq!(reads_surveys_of_partners(&reader), is_partner || is_central, "{role}");
            assert_eq!(reads_drafts_of_surveys(&reader), is_central, "{role}");
            assert!(check(&reader, Action::ReadSurveys).is_ok(), "{role}");
            let past = person(&[(role, AppointmentStatus::Ended)]);
            assert!(check(&past, Action::ReadSurveys).is_err(), "{role}");
            assert!(!reads_surveys_of_members(&past) && !reads_surveys_of_partners(&past), "{role}");
        }
    }

    #[test]
    fn a_token_that_reads_sees_no_drafts() {
        let mut reader = person(&[(Role::Secretariat, AppointmentStatus::Active)]);
        reader.credential = Credential::Token(Id::nil(), vec![ApiScope::ReadSurveys]);
        assert!(check(&reader, Action::ReadSurveys).is_ok() && !reads_drafts_of_surveys(&reader));
    }
}
