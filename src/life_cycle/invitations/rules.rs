//! What an invitation and its acceptance may hold.

use super::types::{Accept, Invite, Invitee};
use crate::appointments::Role;
use crate::directory;
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::identity::MAX_NAME;
use crate::mail::EmailAddress;
use crate::text;
use crate::time::Timestamp;

/// Longest title of a post.
const MAX_LINE: usize = 200;

/// What somebody who accepts says of oneself.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    pub(super) password_hash: Option<String>,
    pub(super) name: Option<String>,
    pub(super) job_title: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) preferred_language: Option<Language>,
}

/// Reads an invitation; names every field at fault.
///
/// # Errors
/// 422.
pub fn parse(form: &Invite, now: Timestamp) -> Result<Invitee, Error> {
    let mut faults = Faults::new();
    let email = faults.take("/email", EmailAddress::parse(&form.email));
    let name = faults.take("/name", text::line(&form.name, MAX_NAME));
    let organisation = faults.take("/organisation", text::line(&form.organisation, 8));
    if !matches!(form.role, Role::Ncp | Role::Coordinator | Role::Contributor | Role::Partner) {
        faults.add(Fault::new("/role", "role_not_open"));
    }
    let job_title = faults.take_optional("/job_title", form.job_title.as_deref(), |t| text::line(t, MAX_LINE));
    let phone = faults.take_optional("/phone", form.phone.as_deref(), text::phone);
    let languages = faults.take("/languages", directory::languages(form.languages.as_deref().unwrap_or_default()));
    if form.valid_to.is_some_and(|end| end <= now) {
        faults.add(Fault::new("/valid_to", "in_the_past"));
    }
    let invitee = match (email, name, organisation, languages) {
        (Some(email), Some(name), Some(organisation), Some(languages)) => Some(Invitee {
            email,
            name,
            organisation,
            role: form.role,
            job_title,
            phone,
            languages,
            language: form.language,
            valid_to: form.valid_to,
            replaces: form.replaces,
        }),
        _ => None,
    };
    faults.finish_with(invitee)
}

/// Reads what somebody who accepts says of oneself; the password is looked at elsewhere.
///
/// # Errors
/// 422.
pub fn parse_acceptance(form: &Accept) -> Result<Acceptance, Error> {
    let mut faults = Faults::new();
    let acceptance = Acceptance {
        password_hash: None,
        name: faults.take_optional("/name", form.name.as_deref(), |name| text::line(name, MAX_NAME)),
        job_title: faults.take_optional("/job_title", form.job_title.as_deref(), |t| text::line(t, MAX_LINE)),
        phone: faults.take_optional("/phone", form.phone.as_deref(), text::phone),
        languages: form.languages.as_deref().and_then(|codes| faults.take("/languages", directory::languages(codes))),
        preferred_language: form.preferred_language,
    };
    faults.finish()?;
    Ok(acceptance)
}
