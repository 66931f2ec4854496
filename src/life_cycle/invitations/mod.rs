//! Invitations: an officer invites a person by a link that can be used once, within fourteen days.
//!
//! The appointment exists from the invitation on, in the state `invited`, so that one list shows holders and invited
//! people. The answer is the same whether or not the address has an account; a person with an account accepts without a
//! new password, since the mailbox proves the identity. Acceptance activates the appointment if the inviter may approve
//! the role; a coordinator's invitation of another coordinator still waits for the Secretariat. The mail is in English
//! and French if the language is not known, and carries the privacy notice, as the first mail of the portal to that
//! person.
//!
//! An invitation takes effect by the rights that its inviter has when it is accepted; without the right to invite it
//! has none. Where the session or API token that made it was revoked since, it only proposes the person, and an officer
//! approves (`grants`). It also only proposes a person who was suspended at the organisation since: the later decision
//! counts.
//!
//! The invited person may correct the name, but not unnoticed: for a month officers see the name of the invitation
//! beside the new one, and the inviter and the coordinators get a mail.
//!
//! An invitation may name the appointment that it replaces: acceptance is the hand-over then, if the inviter may still
//! hand over. Links and their mails are in `links`, what an acceptance locks in `locks`, the use cases of the API and the
//! page in `service`.

mod links;
mod locks;
mod personal_data;
pub mod routes;
mod rules;
mod service;
mod store;
mod types;

pub use links::{Hosts, ReadyLink};
pub use personal_data::{PersonalRecords, forget, forget_expired};
pub use rules::{MAX_LINE, parse};
pub use types::{Accept, AcceptLink, Granted, InvitationVerdict, InvitationView, Invite, Invitee};

use std::collections::BTreeSet;
use std::time::Duration;

use super::hand_over::HandOver;
use super::mails::InvitationAccepted;
use super::notifications::{Posting, other_coordinators};
use super::{AppointmentView, LifeCycle, Transition, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, NewAppointment, timetable};
use crate::audit::{self, Entry};
use crate::db::{Conn, Id};
use crate::directory::Details;
use crate::error::{Error, FieldCode, FieldError};
use crate::identity::{self, Credentials, NameChanged, NewUser, Renaming};
use crate::mail::EmailAddress;
use crate::members;
use crate::nominations;
use crate::policy::{self, Principal, Worth};
use crate::secrets::fingerprint;
use crate::service::UnitOfWork;
use crate::text;
use crate::throttle::{Bucket, Causer};
use types::{Facts, Invitation};

const LIFE: Duration = Duration::from_hours(24 * timetable::INVITATION_DAYS.unsigned_abs());

/// Adds the keys of the names of some invitations that an older portal stored; returns whether there may be more.
pub fn key_names(conn: &mut Conn) -> Result<bool, Error> {
    store::key_names(conn)
}

impl UnitOfWork<LifeCycle> {
    /// Invites a person and mails the link.
    ///
    /// # Errors
    ///
    /// 403, 409 if the person is invited or appointed already, 422, 429 for too many links to the address.
    pub fn invite(&self, conn: &mut Conn, principal: &Principal, invitee: &Invitee) -> Result<AppointmentView, Error> {
        let invitees = std::slice::from_ref(invitee);
        lock_organisations(conn, invitees)?;
        let verdict = judge(conn, principal, invitees)?.pop().ok_or_else(|| Error::internal("nobody was judged"))??;
        self.throttle.charge(conn, Bucket::Invite, &asks(principal, &invitee.email.key()))?;
        self.throttle.charge_mail_out(conn, Causer::Officer(principal.user_id))?;
        let row = self.make_invitation(conn, principal, invitee, verdict)?;
        self.mail_link(conn, &row, false)?;
        view(conn, principal, row)
    }

    /// Whether the budget of this officer has one more link to this address. Requests of strangers have a budget of
    /// their own.
    pub fn admits_link(&self, conn: &mut Conn, principal: &Principal, invitee: &Invitee) -> Result<bool, Error> {
        self.throttle.admits(conn, Bucket::Invite, &asks(principal, &invitee.email.key()))
    }

    /// Charges an officer for `count` mails of invitations.
    ///
    /// # Errors
    /// 429 where the budget has less.
    pub fn charge_links(&self, conn: &mut Conn, principal: &Principal, count: usize) -> Result<(), Error> {
        let amount = u32::try_from(count).unwrap_or(u32::MAX);
        self.throttle.charge_amount(conn, Bucket::MailOfficer, &principal.user_id.to_string(), amount).map(|_| ())
    }

    /// Makes the invitation of a person whom [`judge`] admits. The caller has locked the organisation and charged the
    /// mail, and mails the link.
    fn make_invitation(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        invitee: &Invitee,
        verdict: InvitationVerdict,
    ) -> Result<Appointment, Error> {
        let replaces = replaced(conn, principal, verdict.organisation, invitee)?;
        let new = NewAppointment {
            user_id: None,
            organisation_id: verdict.organisation,
            role: invitee.role,
            status: AppointmentStatus::Invited,
            valid_to: invitee.valid_to,
            end_set_by: invitee.valid_to.and_then(|_| policy::setter_of_end(principal)),
            registration_id: None,
            decided_by: Some(principal.user_id),
        };
        let row = appointments::create(conn, Id::new(self.now, &self.random), &new, self.now)?;
        let until = self.now.plus(LIFE);
        store::insert(conn, row.id, invitee, verdict.approved, replaces, principal, self.now, until)?;
        identity::remember_credential(conn, principal.credential_id(), until)?;
        let official = invitee.nominating_official.as_deref();
        let (reference, dated) = (invitee.nomination_reference.as_deref(), invitee.nomination_date.as_deref());
        if official.or(reference).or(dated).is_some() {
            nominations::record(conn, row.id, official, reference, dated, self.now)?;
        }
        self.record(conn, None, &row, Transition::by(Event::Invite, principal.user_id, None))?;
        self.publish(conn, None, &row, Event::Invite)?;
        Ok(row)
    }

    /// Mails a new link, good for another fourteen days.
    ///
    /// # Errors
    /// 404, 403, 409 where it is no open invitation or its inviter may invite no longer, 429.
    pub fn invite_again(&self, conn: &mut Conn, principal: &Principal, id: Id) -> Result<AppointmentView, Error> {
        let row = self.lock_for_update(conn, id)?;
        policy::may_act(principal, Event::Withdraw, &row)?;
        if row.status != AppointmentStatus::Invited {
            return Err(super::rules::not_possible(&row, Event::Invite));
        }
        let invitation = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        if Self::worth(conn, &row, &invitation.granted())?.1 == Worth::Nothing {
            return Err(super::rules::not_possible(&row, Event::Invite));
        }
        self.throttle.charge(conn, Bucket::Invite, &asks(principal, &invitation.email_key))?;
        self.throttle.charge_mail_out(conn, Causer::Officer(principal.user_id))?;
        let next = Appointment { status_since: self.now, updated_at: self.now, ..row.clone() }.checked(self.now);
        appointments::record(conn, &next)?;
        let until = self.now.plus(LIFE);
        store::set_expiry(conn, id, until)?;
        if let Some(credential) = invitation.invited_with {
            identity::remember_credential(conn, credential, until)?;
        }
        self.record(conn, Some(&row), &next, Transition::by(Event::Invite, principal.user_id, None))?;
        self.mail_link(conn, &next, false)?;
        view(conn, principal, next)
    }

    /// The invitation of a link.
    ///
    /// # Errors
    /// 410 where it is spent.
    pub fn look_at_invitation(&self, conn: &mut Conn, secret: &str) -> Result<InvitationView, Error> {
        let (row, invitation) = self.open(conn, secret)?;
        if Self::worth(conn, &row, &invitation.granted())?.1 == Worth::Nothing {
            return Err(Error::link_spent());
        }
        let names = super::store::names(conn, &row)?;
        let known = known(conn, &invitation)?;
        Ok(InvitationView {
            name: invitation.name,
            email: invitation.email,
            organisation_en: names.organisation(crate::i18n::Language::En).to_owned(),
            organisation_fr: names.organisation(crate::i18n::Language::Fr).to_owned(),
            role: row.role,
            invited_by: identity::get_user(conn, invitation.invited_by)?.name,
            needs_password: known.is_none(),
            expires_at: invitation.expires_at,
        })
    }

    fn open(&self, conn: &mut Conn, secret: &str) -> Result<(Appointment, Invitation), Error> {
        let invitation = store::find_by_token(conn, &fingerprint(secret))?
            .filter(|invitation| self.now < invitation.expires_at)
            .ok_or_else(Error::link_spent)?;
        let row = appointments::find(conn, invitation.appointment_id)?.ok_or_else(Error::link_spent)?;
        if row.status == AppointmentStatus::Invited { Ok((row, invitation)) } else { Err(Error::link_spent()) }
    }

    /// Accepts an invitation: makes the account if there is none, the contact, and the next state of the appointment.
    ///
    /// # Errors
    /// 410 if the link is used or invalid, or its inviter may not invite any more; 422 if a new account would lack its
    /// password.
    pub fn accept(
        &self,
        conn: &mut Conn,
        secret: &str,
        acceptance: &rules::Acceptance,
    ) -> Result<AppointmentView, Error> {
        let (found, invitation) = self.open(conn, secret)?;
        let row = self.lock_for_acceptance(conn, found.id, &invitation)?;
        // Of two requests with the same link at once, the second finds it spent.
        if row.status != AppointmentStatus::Invited
            || !store::spend_token(conn, row.id, &fingerprint(secret), self.now)?
        {
            return Err(Error::link_spent());
        }
        let person = self.invited_person(conn, &row, &invitation, acceptance)?;
        // A suspension of the inviter at this moment commits before the next query, or after this unit of work.
        conn.lock_index()?;
        let (inviter, worth) = Self::worth(conn, &row, &invitation.granted())?;
        if worth == Worth::Nothing {
            return Err(Error::link_spent());
        }
        appointments::set_holder(conn, row.id, person.id)?;
        let row = Appointment { user_id: Some(person.id), ..row };
        let details = Details {
            job_title: acceptance.job_title.clone().or(invitation.job_title),
            phone: acceptance.phone.clone().or(invitation.phone),
            languages: acceptance.languages.clone().unwrap_or(invitation.languages.0),
            technologies: Vec::new(),
        };
        self.add_contact(conn, &row, &person, details)?;
        // An own invitation needs approval, as does a person whom another officer suspended there, or any since.
        let suspended = self.under_suspension(conn, person.id, row.organisation_id)?;
        let is_barred =
            policy::is_barred(&inviter, &suspended) || policy::is_suspended_since(&suspended, invitation.invited_at);
        let is_enough = worth == Worth::Whole && person.id != inviter.user_id && !is_barred;
        self.notify_of_other_name(conn, &row, &person, inviter.user_id)?;
        let event = if is_enough { Event::Accept } else { Event::AcceptForApproval };
        let next = self.carry_out(conn, &row, Transition::by(event, person.id, None))?;
        if event == Event::Accept {
            self.after_acceptance(conn, &next, invitation.replaces, &inviter)?;
        } else if is_barred {
            self.tell_secretariat(conn, &next)?;
        }
        super::store::own_view(conn, next)
    }

    fn after_acceptance(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        replaces: Option<Id>,
        inviter: &Principal,
    ) -> Result<(), Error> {
        if let Some(id) = replaces {
            let predecessor = appointments::lock_for_update(conn, id)?;
            // It may be over meanwhile, or the inviter may not hand it over any more.
            let begun_by = Self::hand_over_begun_by(conn, &predecessor)?;
            let may = policy::still_hands_over(inviter, &predecessor)
                && begun_by.is_none_or(|by| policy::may_undo_hand_over(inviter, &by));
            if super::rules::gives_place(predecessor.status) && may {
                let what = HandOver::at_once(id, row.id);
                self.give_place(conn, &predecessor, row, &what, inviter)?;
            }
        }
        let inviter = identity::get_user(conn, inviter.user_id)?;
        let posting = Posting::notice().caused_by(row.user_id.map(Causer::Person));
        self.write_to(conn, row, [&inviter], posting, |about| {
            let (applicant, organisation) = (about.applicant, about.organisation);
            Box::new(InvitationAccepted { applicant, organisation, id: row.id.to_string() })
        })
    }

    fn invited_person(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        invitation: &Invitation,
        acceptance: &rules::Acceptance,
    ) -> Result<Credentials, Error> {
        self.outbox.address_works(conn, &invitation.email.to_lowercase())?;
        if let Some(known) = known(conn, invitation)? {
            // Held, unless the account was made since.
            identity::lock_people(conn, &BTreeSet::from([known.id]))?;
            let held = appointments::of_user(conn, known.id)?;
            if known.is_closed() || !super::rules::is_free(&held, row.organisation_id, row.role) {
                return Err(Error::link_spent());
            }
            return Ok(known);
        }
        let password_hash = acceptance
            .password_hash
            .clone()
            .ok_or_else(|| Error::invalid(vec![FieldError::new("/password", FieldCode::Missing)]))?;
        let email =
            EmailAddress::parse(&invitation.email).map_err(|_stored| Error::internal("a stored address is none"))?;
        let language = members::default_language(conn, row.organisation_id)?;
        let name = acceptance.name_for(&invitation.name)?;
        let new = NewUser {
            email,
            name,
            password_hash,
            preferred_language: acceptance.preferred_language.or(invitation.language).unwrap_or(language),
        };
        let id = identity::create_user(conn, &new, self.now, &self.random)?;
        let person = identity::get_user(conn, id)?;
        if person.name == invitation.name {
            return Ok(person);
        }
        // Another person than the invited one may have accepted: officers see the name of the invitation, too.
        let invited = Credentials { name: invitation.name.clone(), ..person.clone() };
        identity::rename(conn, &invited, &Renaming::free(&person.name), self.now)?;
        self.audit.record(conn, &self.trace, &Entry::own(audit::Event::NameChanged, id).of(row.organisation_id))?;
        identity::get_user(conn, id)
    }

    /// Mails another name than that of the invitation to the inviter and the coordinators.
    fn notify_of_other_name(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        person: &Credentials,
        inviter: Id,
    ) -> Result<(), Error> {
        // An older account: they had a mail about its name.
        let Some(before) = person.previous_name.clone().filter(|_| person.name_changed_at == Some(self.now)) else {
            return Ok(());
        };
        let mut officers = other_coordinators(conn, row)?;
        if officers.iter().all(|officer| officer.id != inviter) && inviter != person.id {
            officers.push(identity::get_user(conn, inviter)?);
        }
        let posting = Posting::notice().caused_by(Some(Causer::Person(person.id)));
        self.write_to(conn, row, &officers, posting, |about| {
            let (before, after) = (before.clone(), person.name.clone());
            Box::new(NameChanged { before, after, organisation: about.organisation, id: row.id.to_string() })
        })
    }
}

/// The key of the budget of links: officer and address.
fn asks(officer: &Principal, address: &str) -> String {
    format!("{} {address}", officer.user_id)
}

/// Locks the organisations that these are invited to.
pub fn lock_organisations(conn: &mut Conn, invitees: &[Invitee]) -> Result<(), Error> {
    super::store::lock_organisations(conn, &codes(invitees))
}

/// Judges for each invitee, in order, whether this officer may invite it, with a constant number of queries. The
/// judgement is valid as long as the organisations are locked.
///
/// # Errors
/// For each judgement: 422 for an unknown organisation, 403, 409 if the person is invited or appointed already.
pub fn judge(
    conn: &mut Conn,
    principal: &Principal,
    invitees: &[Invitee],
) -> Result<Vec<Result<InvitationVerdict, Error>>, Error> {
    let keys: Vec<String> = invitees.iter().map(|invitee| invitee.email.key()).collect();
    let facts = Facts {
        organisations: members::all_appointable(conn, &codes(invitees))?,
        invited: store::invited(conn, &keys)?,
        appointed: store::appointed(conn, &keys)?,
    };
    Ok(invitees.iter().map(|invitee| rules::judge(principal, invitee, &facts)).collect())
}

/// Refuses an officer who may not invite to the organisation of the form, before the form is validated. [`judge`]
/// refuses an unknown organisation.
fn check_inviter(conn: &mut Conn, principal: &Principal, form: &Invite) -> Result<(), Error> {
    let code = form.organisation.trim().to_ascii_uppercase();
    if !text::is_code(&code) {
        return Ok(());
    }
    match members::all_appointable(conn, std::slice::from_ref(&code))?.get(&code) {
        Some(place) => rules::may_invite(principal, form.role, place.id).map(|_approved| ()),
        None => Ok(()),
    }
}

/// The codes of their organisations, each once.
fn codes(invitees: &[Invitee]) -> Vec<String> {
    let codes: BTreeSet<String> = invitees.iter().map(|invitee| invitee.organisation.to_ascii_uppercase()).collect();
    codes.into_iter().filter(|code| text::is_code(code)).collect()
}

/// The account with the address of an invitation.
fn known(conn: &mut Conn, invitation: &Invitation) -> Result<Option<Credentials>, Error> {
    let email = EmailAddress::parse(&invitation.email).map_err(|_| Error::internal("a stored address is none"))?;
    identity::find_user(conn, &email)
}

/// The appointment that the invitation replaces; the inviter must be allowed to hand it over.
fn replaced(conn: &mut Conn, principal: &Principal, organisation: Id, invitee: &Invitee) -> Result<Option<Id>, Error> {
    let Some(id) = invitee.replaces else { return Ok(None) };
    let fault = || Error::invalid(vec![FieldError::new("/replaces", FieldCode::UnknownAppointment)]);
    let row = appointments::find(conn, id)?.ok_or_else(fault)?;
    let fits = row.organisation_id == organisation && row.role == invitee.role && super::rules::gives_place(row.status);
    if !fits || policy::may_act(principal, Event::Replace, &row).is_err() {
        return Err(fault());
    }
    UnitOfWork::<LifeCycle>::check_undoes(conn, principal, &row)?;
    Ok(Some(id))
}
