//! What an application must hold, and who may decide on it.

use super::types::{Application, Register, RegistrationStatus};
use crate::appointments::{Held, Role};
use crate::db::Id;
use crate::directory::{self, Details};
use crate::error::{Error, Faults};
use crate::mail::EmailAddress;
use crate::text;

/// Longest title of a post, name of an official, reference.
pub const MAX_LINE: usize = 200;
/// Longest reason.
pub const MAX_REASON: usize = 2_000;

/// Reads an application to this community; names every field at fault.
///
/// # Errors
/// 422.
pub fn parse(form: &Register, community: &str) -> Result<Application, Error> {
    let mut faults = Faults::new();
    let short = |text: &str| text::line(text, MAX_LINE);
    let email = faults.take("/email", EmailAddress::parse(&form.email));
    let name = faults.take("/name", text::name::members(&form.name, community));
    let organisation = faults.take("/organisation", text::line(&form.organisation, 8));
    faults.take("/role", form.role.check_open(Role::APPLIED_FOR));
    let languages = faults.take("/languages", directory::languages(form.languages.as_deref().unwrap_or_default()));
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

/// Whether somebody with these appointments may apply again: nothing of theirs is in force or undecided.
#[must_use]
pub fn may_apply_again(appointments: &[Held]) -> bool {
    appointments.iter().all(|held| held.status.is_final())
}

/// Refuses a decision on what is not pending, and on oneself.
///
/// # Errors
/// 409, 403.
pub fn may_decide(status: RegistrationStatus, applicant: Option<Id>, officer: Id) -> Result<(), Error> {
    if status != RegistrationStatus::Pending {
        Err(Error::conflict("not_pending").with("status", status))
    } else if applicant == Some(officer) {
        Err(Error::forbidden("own_case"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;

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
}
