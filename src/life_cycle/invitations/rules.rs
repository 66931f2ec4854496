//! What an invitation and its acceptance may hold.

use super::types::{Accept, Facts, Invite, Invitee, Verdict};
use crate::appointments::{AppointmentStatus, Held, Role};
use crate::db::Id;
use crate::directory;
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::members;
use crate::nominations;
use crate::policy::{self, Principal};
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

/// Reads an invitation to this community; names every field at fault.
///
/// # Errors
/// 422.
pub fn parse(form: &Invite, community: &str, now: Timestamp) -> Result<Invitee, Error> {
    let mut faults = Faults::new();
    let email = faults.take("/email", EmailAddress::parse(&form.email));
    let name = faults.take("/name", text::name::members(&form.name, community));
    let organisation = faults.take("/organisation", text::line(&form.organisation, 8));
    faults.take("/role", form.role.check_open(Role::INVITED_TO));
    let job_title = faults.take_optional("/job_title", form.job_title.as_deref(), |t| text::line(t, MAX_LINE));
    let phone = faults.take_optional("/phone", form.phone.as_deref(), text::phone);
    let languages = faults.take("/languages", directory::languages(form.languages.as_deref().unwrap_or_default()));
    if form.valid_to.is_some_and(|end| end <= now) {
        faults.add(Fault::new("/valid_to", "in_the_past"));
    }
    let (official, reference) = (form.nominating_official.as_deref(), form.nomination_reference.as_deref());
    let nominating_official = faults.take_optional("/nominating_official", official, nominations::official);
    let nomination_reference = faults.take_optional("/nomination_reference", reference, nominations::reference);
    let nomination_date = faults
        .take_optional("/nomination_date", form.nomination_date.as_deref(), |given| nominations::date(given, now));
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
            nominating_official,
            nomination_reference,
            nomination_date,
        }),
        _ => None,
    };
    faults.finish_with(invitee)
}

/// Whether somebody may invite to this role at this organisation, and whether accepting is enough then.
///
/// # Errors
/// 403.
pub(super) fn may_invite(principal: &Principal, role: Role, organisation: Id) -> Result<bool, Error> {
    match policy::may_appoint(principal, role, organisation) {
        Ok(()) => Ok(true),
        // Coordinators propose coordinators of their own organisation; the Secretariat approves.
        Err(_) if policy::check_at(principal, organisation).is_ok() => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// Judges whether somebody may invite this person, by what is known.
///
/// # Errors
/// 422 for an organisation that there is not, 403, 409 where the person is invited or appointed already.
pub(super) fn judge(principal: &Principal, invitee: &Invitee, facts: &Facts) -> Result<Verdict, Error> {
    let named = facts.organisations.get(&invitee.organisation.to_ascii_uppercase()).copied();
    let organisation = named.ok_or_else(|| members::unknown_organisation(&invitee.organisation, "/organisation"))?;
    let approved = may_invite(principal, invitee.role, organisation)?;
    let seat = (invitee.email.key(), organisation, invitee.role);
    if seat.0 == principal.email.to_lowercase() {
        return Err(Error::forbidden("own_case"));
    }
    if facts.invited.contains(&seat) {
        return Err(Error::conflict("already_invited"));
    }
    if facts.appointed.contains(&seat) {
        return Err(Error::conflict("already_appointed"));
    }
    Ok(Verdict { organisation, approved })
}

/// The office in which somebody with these appointments invites, which is all that the invitation's mail says of whoever invites.
pub(super) fn office(inviter: &[Held]) -> Role {
    let runs = |held: &Held| held.role == Role::Secretariat && held.status == AppointmentStatus::Active;
    if inviter.iter().any(runs) { Role::Secretariat } else { Role::Coordinator }
}

/// Reads what somebody who accepts says of oneself; the password is looked at elsewhere.
///
/// # Errors
/// 422.
pub fn parse_acceptance(form: &Accept, community: &str) -> Result<Acceptance, Error> {
    let mut faults = Faults::new();
    let acceptance = Acceptance {
        password_hash: None,
        name: faults.take_optional("/name", form.name.as_deref(), |name| text::name::members(name, community)),
        job_title: faults.take_optional("/job_title", form.job_title.as_deref(), |t| text::line(t, MAX_LINE)),
        phone: faults.take_optional("/phone", form.phone.as_deref(), text::phone),
        languages: form.languages.as_deref().and_then(|codes| faults.take("/languages", directory::languages(codes))),
        preferred_language: form.preferred_language,
    };
    faults.finish()?;
    Ok(acceptance)
}
