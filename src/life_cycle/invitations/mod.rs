//! Invitations: an officer asks somebody in by a link that is good once, for fourteen days.
//!
//! The appointment exists from the invitation on, in the state `invited`, so that the administration sees in one list who is
//! there and who was asked. The answer is the same whether or not the address has an account; whoever has one accepts
//! without a new password, since the mailbox proves who it is. Accepting is enough where the inviter may approve the role;
//! a coordinator's invitation of another coordinator still waits for the Secretariat. The mail is in English and French
//! where the language is not known, and carries the privacy notice: it is the first the person hears of it.
//!
//! An invitation takes effect by the rights that its inviter has when it is accepted: who may invite no longer asks nobody in
//! (`grants`).
//!
//! Who accepts may correct the name, and never unseen: the name of the invitation stands beside the new one for a month, and
//! whoever invited, and the coordinators, hear of both.
//!
//! An invitation may name the appointment that it replaces: then accepting it is the hand-over, where the inviter may still
//! hand over.

pub mod routes;
mod rules;
mod store;
mod types;

pub use rules::parse;
pub use types::{Accept, AcceptLink, Granted, InvitationView, Invite, Invitee, Verdict};

use std::collections::BTreeSet;
use std::time::Duration;

use super::hand_over::HandOver;
use super::letters::{Message, other_coordinators};
use super::{AppointmentView, Desk, Doing, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, NewAppointment, timetable};
use crate::audit::{self, Entry};
use crate::db::{Conn, Id};
use crate::directory::Details;
use crate::error::{Error, Fault};
use crate::identity::{self, Credentials, NewUser};
use crate::mail::{EmailAddress, Letter, Recipient};
use crate::members;
use crate::nominations;
use crate::policy::{self, Principal, Worth};
use crate::secrets::fingerprint;
use crate::text;
use crate::throttle::{Bucket, Causer};
use types::{Facts, Invitation};

const LIFE: Duration = Duration::from_hours(24 * timetable::INVITATION_DAYS.unsigned_abs());

impl Desk {
    /// Invites somebody and mails the link.
    ///
    /// # Errors
    /// 403, 409 where the person is invited or appointed already, 422, 429 where the address had its share of links.
    pub fn invite(&self, conn: &mut Conn, principal: &Principal, invitee: &Invitee) -> Result<AppointmentView, Error> {
        let invitees = std::slice::from_ref(invitee);
        hold_organisations(conn, invitees)?;
        let verdict = judge(conn, principal, invitees)?.pop().ok_or_else(|| Error::internal("nobody was judged"))??;
        self.throttle.charge(conn, Bucket::Invite, &asks(principal, &invitee.email.key()))?;
        let row = self.invite_judged(conn, principal, invitee, verdict)?;
        view(conn, principal, row)
    }

    /// Whether this officer may mail one more link to this address for now. What strangers ask for there is counted apart.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn admits_link(&self, conn: &mut Conn, principal: &Principal, invitee: &Invitee) -> Result<bool, Error> {
        self.throttle.admits(conn, Bucket::Invite, &asks(principal, &invitee.email.key()))
    }

    /// Invites somebody of whom [`judge`] says that it is possible, while the organisation is held. That one more link goes to
    /// the address is charged already.
    ///
    /// # Errors
    /// 422 where there is nothing to replace, 429 where the officer has mailed so much.
    pub fn invite_judged(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        invitee: &Invitee,
        verdict: Verdict,
    ) -> Result<Appointment, Error> {
        self.throttle.charge_mail_out(conn, Causer::Officer(principal.user_id))?;
        let replaces = replaced(conn, principal, verdict.organisation, invitee)?;
        let new = NewAppointment {
            user_id: None,
            organisation_id: verdict.organisation,
            role: invitee.role,
            status: AppointmentStatus::Invited,
            valid_to: invitee.valid_to,
            registration_id: None,
            invited_by: Some(principal.user_id),
        };
        let row = appointments::create(conn, Id::new(self.now, &self.random), &new, self.now)?;
        let until = self.now.plus(LIFE);
        store::insert(conn, row.id, invitee, verdict.approved, replaces, principal.user_id, self.now, until)?;
        let official = invitee.nominating_official.as_deref();
        let (reference, dated) = (invitee.nomination_reference.as_deref(), invitee.nomination_date.as_deref());
        if official.or(reference).or(dated).is_some() {
            nominations::record(conn, row.id, official, reference, dated, self.now)?;
        }
        self.note(conn, "none", &row, Doing::by(Event::Invite, principal.user_id, None))?;
        self.publish(conn, None, &row, Event::Invite)?;
        self.mail_link(conn, &row, "invitation")?;
        Ok(row)
    }

    /// Mails the link of an invitation; an older one is worthless from then on.
    fn mail_link(&self, conn: &mut Conn, row: &Appointment, kind: &'static str) -> Result<(), Error> {
        let invitation = store::find(conn, row.id)?.ok_or_else(Error::not_found)?;
        let secret = self.random.secret();
        store::set_token(conn, row.id, &fingerprint(&secret))?;
        let inviter = rules::office(&appointments::of_user(conn, invitation.invited_by)?);
        let names = super::store::names(conn, row)?;
        let to = Recipient {
            address: invitation.email,
            // Nobody has verified the address, nor the name that goes with it.
            name: String::new(),
            language: invitation.language.unwrap_or(crate::i18n::Language::En),
        };
        let letter = Letter {
            kind,
            name: String::new(),
            args: vec![
                ("inviter", inviter.to_string()),
                ("organisation_en", names.organisation(crate::i18n::Language::En).to_owned()),
                ("organisation_fr", names.organisation(crate::i18n::Language::Fr).to_owned()),
                ("day", invitation.expires_at.day().to_string()),
                ("days", (self.kept.as_secs() / 86_400).to_string()),
            ],
            link: Some(format!("/invitation?token={secret}")),
        };
        if invitation.language.is_some() {
            self.outbox.post(conn, &to, &letter, LIFE)
        } else {
            self.outbox.post_bilingual(conn, &to, &letter, LIFE)
        }
    }

    /// The clock's reminder: a new link, since only its hash is known of the first.
    pub(super) fn remind_invited(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let invitation = store::find(conn, row.id)?.ok_or_else(Error::not_found)?;
        if Self::worth(conn, row, &invitation.granted())?.1 == Worth::Nothing {
            return self.carry_out(conn, row, Doing::timed(Event::Withdraw)).map(|_| ());
        }
        self.mail_link(conn, row, "invitation_reminder")
    }

    /// Mails a new link, good for another fourteen days.
    ///
    /// # Errors
    /// 404, 403, 409 where it is no open invitation or its inviter may invite no longer, 429.
    pub fn invite_again(&self, conn: &mut Conn, principal: &Principal, id: Id) -> Result<AppointmentView, Error> {
        let row = self.hold(conn, id)?;
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
        let next = Appointment { status_since: self.now, updated_at: self.now, ..row }.checked(self.now);
        appointments::record(conn, &next)?;
        store::set_expiry(conn, id, self.now.plus(LIFE))?;
        self.note(conn, "invited", &next, Doing::by(Event::Invite, principal.user_id, None))?;
        self.mail_link(conn, &next, "invitation")?;
        view(conn, principal, next)
    }

    /// What a link leads to.
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

    /// Accepts an invitation: the person has an account from now on, the appointment, and a contact.
    ///
    /// # Errors
    /// 410 where the link is spent, or its inviter may invite no longer; 422 where a new account would lack its password.
    pub fn accept(
        &self,
        conn: &mut Conn,
        secret: &str,
        acceptance: &rules::Acceptance,
    ) -> Result<AppointmentView, Error> {
        let (found, invitation) = self.open(conn, secret)?;
        let row = self.hold(conn, found.id)?;
        // Of two who follow the link at once the second finds it spent.
        if row.status != AppointmentStatus::Invited
            || !store::spend_token(conn, row.id, &fingerprint(secret), self.now)?
        {
            return Err(Error::link_spent());
        }
        let person = self.invited_person(conn, &row, &invitation, acceptance)?;
        // Whoever suspends the inviter at this moment does so before the next question, or after the person is in force.
        conn.take_turn()?;
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
        self.show(conn, &row, &person, details)?;
        // Whoever accepts the own invitation waits for approval; so does whom the Secretariat suspended there, and for its own.
        let is_barred = self.is_barred(conn, &inviter, person.id, row.organisation_id)?;
        let is_enough = worth == Worth::Whole && person.id != inviter.user_id && !is_barred;
        self.tell_of_name(conn, &row, &person, inviter.user_id)?;
        let event = if is_enough { Event::Accept } else { Event::AcceptForApproval };
        let next = self.carry_out(conn, &row, Doing::by(event, person.id, None))?;
        if event == Event::Accept {
            self.after_acceptance(conn, &next, invitation.replaces, &inviter)?;
        } else if is_barred && worth == Worth::Whole {
            let officers = identity::secretariat(conn)?;
            self.write_to(conn, &next, &officers, &Message::notice("application_waits"))?;
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
            let predecessor = appointments::hold(conn, id)?;
            // It may be over by another way in the meantime, or not for the inviter to hand over any more.
            if !predecessor.status.is_final() && policy::still_hands_over(inviter, &predecessor) {
                let what = HandOver { predecessor: id, successor: row.id, overlap: Duration::ZERO, reason: None };
                self.give_place(conn, &predecessor, row, &what, Some(inviter.user_id))?;
            }
        }
        let inviter = identity::get_user(conn, inviter.user_id)?;
        let message = Message::notice("invitation_accepted").caused_by(row.user_id.map(Causer::Person));
        self.write_to(conn, row, [&inviter], &message)
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
            let held = appointments::of_user(conn, known.id)?;
            if known.is_closed() || !super::rules::is_free(&held, row.organisation_id, row.role) {
                return Err(Error::link_spent());
            }
            return Ok(known);
        }
        let password_hash =
            acceptance.password_hash.clone().ok_or_else(|| Error::invalid(vec![Fault::new("/password", "missing")]))?;
        let email =
            EmailAddress::parse(&invitation.email).map_err(|_stored| Error::internal("a stored address is none"))?;
        let language = members::default_language(conn, row.organisation_id)?;
        let name = match &acceptance.name {
            Some(name) => name.clone(),
            // An invitation of before may have a name that is none by now.
            None => text::name::members(&invitation.name, self.outbox.letters().community())
                .map_err(|fault| Error::invalid(vec![Fault { pointer: "/name".to_owned(), ..fault }]))?,
        };
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
        // Another person than the one who was asked may have come: the name of the invitation stays beside the new one.
        let invited = Credentials { name: invitation.name.clone(), ..person.clone() };
        identity::rename(conn, &invited, &person.name, self.now)?;
        self.audit.note(conn, &self.trace, &Entry::own(audit::Event::NameChanged, id).of(row.organisation_id))?;
        identity::get_user(conn, id)
    }

    /// Tells whoever invited a person, and the coordinators, that the person has come under another name.
    fn tell_of_name(&self, conn: &mut Conn, row: &Appointment, person: &Credentials, inviter: Id) -> Result<(), Error> {
        // Of an account of before everybody concerned has heard.
        let Some(before) = person.previous_name.clone().filter(|_| person.name_changed_at == Some(self.now)) else {
            return Ok(());
        };
        let mut officers = other_coordinators(conn, row)?;
        if officers.iter().all(|officer| officer.id != inviter) && inviter != person.id {
            officers.push(identity::get_user(conn, inviter)?);
        }
        let message = Message::notice("name_changed").caused_by(Some(Causer::Person(person.id)));
        let message = message.with("before", before).with("after", person.name.clone());
        self.write_to(conn, row, &officers, &message)
    }
}

/// Who asks whom, as links of invitations are counted.
fn asks(officer: &Principal, address: &str) -> String {
    format!("{} {address}", officer.user_id)
}

/// Waits until nobody else is about to appoint anybody where these are invited to.
///
/// # Errors
/// Where the database says no.
pub fn hold_organisations(conn: &mut Conn, invitees: &[Invitee]) -> Result<(), Error> {
    super::store::hold_organisations(conn, &codes(invitees))
}

/// Judges for each of these, in their order, whether this officer may invite it: by few questions for however many. What is
/// judged stays so as long as the organisations are held.
///
/// # Errors
/// Where the database says no; of each judgement 422 for an organisation that there is not, 403, 409 where the person is
/// invited or appointed already.
pub fn judge(
    conn: &mut Conn,
    principal: &Principal,
    invitees: &[Invitee],
) -> Result<Vec<Result<Verdict, Error>>, Error> {
    let keys: Vec<String> = invitees.iter().map(|invitee| invitee.email.key()).collect();
    let facts = Facts {
        organisations: members::all_appointable(conn, &codes(invitees))?,
        invited: store::invited(conn, &keys)?,
        appointed: store::appointed(conn, &keys)?,
    };
    Ok(invitees.iter().map(|invitee| rules::judge(principal, invitee, &facts)).collect())
}

/// Whether an officer may invite where a form says, asked first. [`judge`] refuses an organisation that there is not.
fn check_inviter(conn: &mut Conn, principal: &Principal, form: &Invite) -> Result<(), Error> {
    let code = form.organisation.trim().to_ascii_uppercase();
    if !text::is_code(&code) {
        return Ok(());
    }
    match members::all_appointable(conn, std::slice::from_ref(&code))?.get(&code) {
        Some(&organisation) => rules::may_invite(principal, form.role, organisation).map(|_approved| ()),
        None => Ok(()),
    }
}

/// Their codes, each once.
fn codes(invitees: &[Invitee]) -> Vec<String> {
    let codes: BTreeSet<String> = invitees.iter().map(|invitee| invitee.organisation.to_ascii_uppercase()).collect();
    codes.into_iter().filter(|code| text::is_code(code)).collect()
}

/// Who has the address of an invitation already.
fn known(conn: &mut Conn, invitation: &Invitation) -> Result<Option<Credentials>, Error> {
    let email = EmailAddress::parse(&invitation.email).map_err(|_| Error::internal("a stored address is none"))?;
    identity::find_user(conn, &email)
}

/// The appointment that the invitation is to replace, where the inviter may hand it over.
fn replaced(conn: &mut Conn, principal: &Principal, organisation: Id, invitee: &Invitee) -> Result<Option<Id>, Error> {
    let Some(id) = invitee.replaces else { return Ok(None) };
    let fault = || Error::invalid(vec![Fault::new("/replaces", "unknown_appointment")]);
    let row = appointments::find(conn, id)?.ok_or_else(fault)?;
    let fits = row.organisation_id == organisation && row.role == invitee.role && !row.status.is_final();
    if !fits || policy::may_act(principal, Event::Replace, &row).is_err() {
        return Err(fault());
    }
    Ok(Some(id))
}
