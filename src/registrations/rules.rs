//! Validation of an application, and who may decide on it.

use super::types::{Application, CurrentValues, Register, RegistrationStatus};
use crate::appointments::{HeldAppointment, Role};
use crate::db::Id;
use crate::directory::{self, Details};
use crate::error::{Error, FieldErrors, OrInternal as _, ProblemCode};
use crate::mail::EmailAddress;
use crate::secrets::{fingerprint_of, hex};
use crate::text;

/// Longest title of a post, name of an official, reference.
pub const MAX_LINE: usize = 200;
/// Longest reason.
pub const MAX_REASON: usize = 2_000;

/// Validates an application to this community; names every field in error.
///
/// # Errors
/// 422.
pub fn parse(form: &Register, community: &str) -> Result<Application, Error> {
    let mut faults = FieldErrors::new();
    let short = |text: &str| text::name::statement(text, MAX_LINE);
    let email = faults.take("/email", EmailAddress::parse(&form.email));
    let name = faults.take("/name", text::name::members(&form.name, community));
    let organisation = faults.take("/organisation", text::line(&form.organisation, 8));
    faults.take("/role", form.role.check_open(Role::APPLIED_FOR));
    let languages = directory::take_languages(&mut faults, form.languages.as_deref().unwrap_or_default());
    let details = Details {
        job_title: faults.take_optional("/job_title", form.job_title.as_deref(), short),
        phone: faults.take_optional("/phone", form.phone.as_deref(), text::phone),
        languages: languages.unwrap_or_default(),
        technologies: Vec::new(),
    };
    let nominating_official = faults.take_optional("/nominating_official", form.nominating_official.as_deref(), short);
    let nomination_reference =
        faults.take_optional("/nomination_reference", form.nomination_reference.as_deref(), short);
    let application = match (email, name, organisation) {
        (Some(email), Some(name), Some(organisation)) => Some(Application {
            email,
            name,
            organisation,
            role: form.role,
            details,
            preferred_language: form.preferred_language,
            nominating_official,
            nomination_reference,
        }),
        _ => None,
    };
    faults.finish_with(application)
}

/// Validates the reason of a rejection.
///
/// # Errors
/// 422.
pub fn reason(text: &str) -> Result<String, Error> {
    let mut faults = FieldErrors::new();
    let reason = faults.take("/reason", text::name::remark(text, MAX_REASON));
    faults.finish_with(reason)
}

/// Whether somebody with these appointments may apply again: nothing of theirs is in force or undecided.
#[must_use]
pub fn may_apply_again(appointments: &[HeldAppointment]) -> bool {
    appointments.iter().all(|held| held.status.is_final())
}

/// Refuses a decision on an application that is not pending, and on the own one.
///
/// # Errors
/// 409, 403.
pub fn may_decide(status: RegistrationStatus, applicant: Option<Id>, officer: Id) -> Result<(), Error> {
    if status != RegistrationStatus::Pending {
        Err(Error::conflict(ProblemCode::NotPending).with("status", status))
    } else if applicant == Some(officer) {
        Err(Error::forbidden(ProblemCode::OwnCase))
    } else {
        Ok(())
    }
}

/// The version of what a decision is about. Only the Secretariat reads it, which sees every value that it is made of.
///
/// # Errors
/// 500.
pub fn version(current: &CurrentValues) -> Result<String, Error> {
    Ok(hex(&fingerprint_of(&serde_json::to_vec(current).or_internal()?)))
}

/// Refuses a decision on a version that is not the current one.
///
/// # Errors
/// 412.
pub fn check_version(read: &str, current: &CurrentValues) -> Result<(), Error> {
    if read.eq_ignore_ascii_case(&version(current)?) { Ok(()) } else { Err(Error::changed_meanwhile()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;

    #[test]
    fn every_state_has_words() {
        let catalogue = crate::i18n::Catalogue::load().unwrap();
        for state in RegistrationStatus::ALL {
            for &language in crate::i18n::Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &format!("application-status-{state}")), "{state} in {language}");
            }
        }
    }

    #[test]
    fn nobody_decides_twice_or_on_oneself() {
        let random = Random::seeded(1);
        let [officer, applicant] = [1, 2].map(|t| Id::new(Timestamp::from_micros(t), &random));
        for &status in RegistrationStatus::ALL {
            let decided = may_decide(status, Some(applicant), officer);
            assert_eq!(decided.is_ok(), status == RegistrationStatus::Pending, "{status}");
        }
        assert!(may_decide(RegistrationStatus::Pending, Some(officer), officer).is_err());
    }

    #[test]
    fn every_value_that_is_decided_on_is_part_of_the_version() {
        let some = |text: &str| Some(text.to_owned());
        let read = CurrentValues {
            email: "awa@douanes.example".to_owned(),
            name: "Awa Diop".to_owned(),
            job_title: None,
            phone: None,
            languages: vec!["fr".to_owned()],
            technologies: Vec::new(),
            nominating_official: some("Director General"),
            nomination_reference: None,
            nomination_date: None,
            letter_sha256: None,
        };
        let seen = version(&read).unwrap();
        assert!(check_version(&seen, &read).is_ok() && check_version(&seen.to_uppercase(), &read).is_ok());
        assert!(check_version("", &read).is_err());
        for changed in [
            CurrentValues { email: "awa@elsewhere.example".to_owned(), ..read.clone() },
            CurrentValues { name: "Kofi Mensah".to_owned(), ..read.clone() },
            CurrentValues { job_title: some("Director"), ..read.clone() },
            CurrentValues { phone: some("+221338000000"), ..read.clone() },
            CurrentValues { languages: Vec::new(), ..read.clone() },
            CurrentValues { technologies: vec!["cloud".to_owned()], ..read.clone() },
            CurrentValues { nominating_official: some("Minister"), ..read.clone() },
            CurrentValues { nomination_reference: some("Director General"), nominating_official: None, ..read.clone() },
            CurrentValues { nomination_date: some("2026-11-30"), ..read.clone() },
            CurrentValues { letter_sha256: some("00"), ..read.clone() },
        ] {
            assert!(check_version(&seen, &changed).is_err(), "{changed:?}");
        }
    }
}
