//! Validation of an invitation and of its acceptance.

use super::types::{Accept, Appointed, Facts, InvitationVerdict, Invite, Invitee};
use crate::appointments::{AppointmentStatus, HeldAppointment, Role};
use crate::db::Id;
use crate::directory;
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::members;
use crate::nominations;
use crate::policy::{self, Principal};
use crate::text::{self, name::Judged};
use crate::time::Timestamp;

/// Longest title of a post.
pub const MAX_LINE: usize = 200;

/// The statements of a person who accepts.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    pub(super) password_hash: Option<String>,
    pub(super) name: Option<String>,
    /// The name of the invitation, which a new account has if the person states no other.
    pub(super) invited_name: Option<Judged>,
    pub(super) job_title: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) preferred_language: Option<Language>,
}

impl Acceptance {
    /// The name of a new account by an invitation of somebody with the name `invited`.
    ///
    /// # Errors
    /// 422 if the rules for names are stricter than when the invitation was made; 503 if another name was judged.
    pub(super) fn name_for(&self, invited: &str) -> Result<String, Error> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        let judged = self.invited_name.as_ref().and_then(|judged| judged.of(invited)).ok_or_else(Error::busy)?;
        judged.map_err(|fault| Error::invalid(vec![FieldError { pointer: "/name".to_owned(), ..fault }]))
    }
}

/// Reads an invitation to this community; names every field at fault.
///
/// # Errors
/// 422.
pub fn parse(form: &Invite, community: &str, now: Timestamp) -> Result<Invitee, Error> {
    let mut faults = FieldErrors::new();
    let email = faults.take("/email", EmailAddress::parse(&form.email));
    let name = faults.take("/name", text::name::members(&form.name, community));
    let organisation = faults.take("/organisation", text::line(&form.organisation, text::MAX_CODE));
    faults.take("/role", form.role.check_open(Role::INVITED_TO));
    let job_title = faults.take_optional("/job_title", form.job_title.as_deref(), title);
    let phone = faults.take_optional("/phone", form.phone.as_deref(), text::phone);
    let languages = directory::take_languages(&mut faults, form.languages.as_deref().unwrap_or_default());
    if form.valid_to.is_some_and(|end| end <= now) {
        faults.add(FieldError::new("/valid_to", FieldCode::InThePast));
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

/// The title of a post.
fn title(given: &str) -> Result<String, FieldError> {
    text::name::statement(given, MAX_LINE)
}

/// Whether a person may invite to this role at this organisation, and whether acceptance is enough then.
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

/// Judges whether an officer may invite this person, from these facts.
///
/// # Errors
/// 422 for an unknown organisation, and for a role that it does not have; 403; 409 if the person is invited or appointed
/// already.
pub(super) fn judge(principal: &Principal, invitee: &Invitee, facts: &Facts) -> Result<InvitationVerdict, Error> {
    let named = facts.organisations.get(&invitee.organisation.to_ascii_uppercase());
    let place = named.ok_or_else(|| members::unknown_organisation(&invitee.organisation, "/organisation"))?;
    let organisation = place.id;
    let approved = may_invite(principal, invitee.role, organisation)?;
    invitee.role.check_fits(place, Role::INVITED_TO)?;
    let seat = (invitee.email.key(), organisation, invitee.role);
    if seat.0 == principal.email.to_lowercase() {
        return Err(Error::forbidden(ProblemCode::OwnCase));
    }
    if facts.invited.contains(&seat) {
        return Err(Error::conflict(ProblemCode::AlreadyInvited));
    }
    // An officer who may not see the address does not learn that it is this person's: the invitation is sent, and who
    // follows its link finds it spent.
    let shown = |held: &Appointed| policy::may_see_address(principal, &held.row, held.audience);
    if facts.appointed.get(&seat).is_some_and(shown) {
        return Err(Error::conflict(ProblemCode::AlreadyAppointed));
    }
    Ok(InvitationVerdict { organisation, approved })
}

/// The office in which a person with these appointments invites: all that the mail says of the inviter.
pub(super) fn office(inviter: &[HeldAppointment]) -> Role {
    let runs = |held: &HeldAppointment| held.role == Role::Secretariat && held.status == AppointmentStatus::Active;
    if inviter.iter().any(runs) { Role::Secretariat } else { Role::Coordinator }
}

/// Parses the statements of a person who accepts, except the password.
///
/// # Errors
/// 422.
pub fn parse_acceptance(form: &Accept, community: &str) -> Result<Acceptance, Error> {
    let mut faults = FieldErrors::new();
    let acceptance = Acceptance {
        password_hash: None,
        invited_name: None,
        name: faults.take_optional("/name", form.name.as_deref(), |name| text::name::members(name, community)),
        job_title: faults.take_optional("/job_title", form.job_title.as_deref(), title),
        phone: faults.take_optional("/phone", form.phone.as_deref(), text::phone),
        languages: form.languages.as_deref().and_then(|codes| directory::take_languages(&mut faults, codes)),
        preferred_language: form.preferred_language,
    };
    faults.finish()?;
    Ok(acceptance)
}
