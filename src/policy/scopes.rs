//! Scopes of API tokens, and who may give them.

use super::{Action, Principal, check};

crate::text_enum! {
    /// The scope of an API token. There is none for managing accounts.
    pub enum ApiScope {
        /// To read one's own profile.
        ReadProfile = "profile:read",
        /// To read members, contacts, and the announcements addressed to oneself.
        ReadCommunity = "community:read",
        /// To see applications and decide on them.
        DecideRegistrations = "registrations:decide",
        /// To write, send and follow announcements.
        ManageAnnouncements = "announcements:manage",
        /// To invite, approve, suspend and hand over, where its owner may.
        ManageAppointments = "appointments:manage",
        /// To read the audit log.
        ReadAudit = "audit:read",
        /// To read the key figures of the directory.
        ReadStatistics = "statistics:read",
        /// To read published questionnaires of surveys, and rounds.
        ReadSurveys = "surveys:read",
        /// To make surveys, to write and publish their questionnaires, and to hold rounds.
        ManageSurveys = "surveys:manage",
        /// To write the response of the own organisation to a survey.
        AnswerSurveys = "surveys:answer",
    }
}

impl ApiScope {
    /// The action that it allows.
    const fn action(self) -> Action {
        match self {
            Self::ReadProfile => Action::ReadProfile,
            Self::ReadCommunity => Action::ReadCommunity,
            Self::DecideRegistrations => Action::DecideRegistrations,
            Self::ManageAnnouncements => Action::ManageAnnouncements,
            Self::ManageAppointments => Action::ManageAppointments,
            Self::ReadAudit => Action::ReadAudit,
            Self::ReadStatistics => Action::ReadStatistics,
            Self::ReadSurveys => Action::ReadSurveys,
            Self::ManageSurveys => Action::ManageSurveys,
            Self::AnswerSurveys => Action::AnswerSurveys,
        }
    }
}

/// Whether a person may give this scope to an API token: only with the right at present, so that the token does not
/// gain it by a later appointment.
#[must_use]
pub fn may_lend(maker: &Principal, scope: ApiScope) -> bool {
    check(maker, scope.action()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::super::{Credential, Level};
    use super::*;
    use crate::appointments::{AppointmentStatus, Role};
    use crate::db::Id;
    use crate::i18n::{Catalogue, Language};

    #[test]
    fn a_scope_lets_a_token_do_what_needs_it() {
        for &scope in ApiScope::ALL {
            assert_eq!(scope.action().scope(), Some(scope));
        }
    }

    #[test]
    fn nobody_lends_what_one_may_not_do() {
        let of_ncp = [ApiScope::ReadProfile, ApiScope::ReadCommunity, ApiScope::ReadSurveys, ApiScope::AnswerSurveys];
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let mut maker = person(&[(role, status)]);
                let lent: Vec<_> = ApiScope::ALL.iter().copied().filter(|scope| may_lend(&maker, *scope)).collect();
                maker.credential = Credential::Token(Id::nil(), lent.clone());
                assert!(lent.iter().all(|scope| check(&maker, scope.action()).is_ok()), "{role} {status}");
                let is_ncp = (role, status) == (Role::Ncp, AppointmentStatus::Active);
                assert!(!is_ncp || lent == of_ncp, "{lent:?}");
                assert!(status == AppointmentStatus::Active || lent == [ApiScope::ReadProfile], "{role} {status}");
            }
        }
        let mut officer = person(&[(Role::Coordinator, AppointmentStatus::Active)]);
        assert!(may_lend(&officer, ApiScope::ManageAppointments) && !may_lend(&officer, ApiScope::ManageAnnouncements));
        officer.level = Level::Password;
        assert!(!may_lend(&officer, ApiScope::ManageAppointments), "without a second factor");
    }

    #[test]
    fn every_scope_has_words() {
        let catalogue = Catalogue::load().unwrap();
        for &language in Language::WITH_CATALOGUE {
            for scope in ApiScope::ALL {
                assert_ne!(catalogue.words(language, "scope", scope.as_str()), scope.as_str(), "{scope} in {language}");
            }
        }
    }
}
