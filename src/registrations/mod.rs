//! Registration: a person applies for a member, verifies the address, and the Secretariat decides.
//!
//! ```text
//! apply ──▶ unverified ──link──▶ a pending appointment, which has its own life cycle
//!               └── 14 days ──▶ deleted
//! ```
//!
//! Once the address is verified, the state of the application is the state of its appointment; it is not stored twice.
//! Until the decision the applicant may change the address, the name, the contact and the nomination. What was sent
//! stays in the application; what an approval puts in force is shown beside it, with a version, and a decision that
//! names an older version is refused.
//!
//! The answer to an application is always the same, and a known address gets another mail, so that nobody outside
//! learns who has an account. An application has no effect before the link in the mail is followed, and no mail quotes
//! the input of a stranger: the page behind the link shows the application, with every value that will be stored, to
//! the reader of the mailbox.
//!
//! Strangers may apply with the address of somebody else, and use up the budget of links that are mailed to it, so that an
//! application of its owner is followed by no mail. So each link that was mailed lets the reader of the mailbox replace
//! what was sent by the own application, before the address is verified: strangers can neither silence the owner nor
//! cause more mail than the budget.
//!
//! The password of a new account is chosen behind the link, never with the application: whoever types an address need
//! not be its owner. An existing account, whose appointments are over, gets the application and keeps its name,
//! language, password and sessions, which only their owner changes. Its next contact has the details of its last one,
//! and nothing of the input.
//!
//! Left out: invitations (`life_cycle::invitations`), and the decisions of coordinators, at `/appointments`.

pub(crate) mod mails;
pub mod pages;
mod personal_data;
pub mod routes;
mod rules;
mod service;
mod store;
mod types;

pub use personal_data::{PersonalRecords, forget_of_appointment};
pub use rules::{MAX_LINE, MAX_REASON};
pub use service::Registrations;
pub(crate) use types::LinkView;
pub use types::{
    ApproveRegistration, CurrentValues, Decision, Register, Registration, RegistrationQuery, RegistrationStatus,
    Reject, Standing, Verify,
};

use std::collections::BTreeSet;

use serde_json::json;

use crate::appointments::{self, AppointmentStatus, NewAppointment, Role};
use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::{Error, FieldCode, FieldError};
use crate::i18n::Language;
use crate::identity::{self, Credentials, NewUser};
use crate::mail::{EmailAddress, Recipient, SystemMail};
use crate::members;
use crate::nominations;
use crate::policy::Principal;
use crate::service::UnitOfWork;
use crate::text::name::Judged;
use crate::throttle::Bucket;
use crate::time::Timestamp;
use mails::{ApplyAgain, VerifyAddress};
use types::{Application, ApplicationRecord, Row};

impl UnitOfWork<Registrations> {
    /// Stores an application and mails the link; an address with an account in use gets a notice instead. Where mails
    /// have no texts in the language that was chosen, the link comes in that of the browser (`asked_in`).
    fn apply(&self, conn: &mut Conn, application: &Application, asked_in: Language) -> Result<(), Error> {
        let organisation = members::appointable(conn, &application.organisation, "/organisation")?;
        application.role.check_fits(&organisation, Role::APPLIED_FOR)?;
        if !self.throttle.admits(conn, Bucket::Link, &application.email.mailbox_key())? {
            // The budget of links of the mailbox is used up; the answer is the same. Any link that was mailed for it lets
            // the owner of the mailbox put what belongs to the application in place of what others sent (`correct`).
            return Ok(());
        }
        let known = identity::find_user(conn, &application.email)?;
        if let Some(known) = &known
            && !rules::may_apply_again(&appointments::of_user(conn, known.id)?)
        {
            return identity::address_is_known(conn, &self.outbox, known);
        }
        let language = application.preferred_language.unwrap_or(organisation.default_language);
        let id = Id::new(self.now, &self.random);
        store::insert(conn, id, application, organisation.id, language, self.now)?;
        let to = match &known {
            Some(known) => known.recipient(),
            None => Recipient::unverified(&application.email, language.catalogue_or(asked_in)),
        };
        let name = organisation.name_in(to.language);
        self.mail_link(conn, id, &to, name, application.role)
    }

    /// Mails the link that verifies the address of an application.
    fn mail_link(&self, conn: &mut Conn, id: Id, to: &Recipient, organisation: &str, role: Role) -> Result<(), Error> {
        let secret = self.random.secret();
        identity::store_verification(conn, &secret, id, self.now.plus(self.service.verify_link), self.now)?;
        let (hours, organisation, token) = (self.service.verify_link.as_secs() / 3_600, organisation.into(), secret);
        let mail: Box<dyn SystemMail> = if to.user_id.is_some() {
            Box::new(ApplyAgain { hours, organisation, role, token })
        } else {
            // The address is not verified: the mail quotes nothing of the input.
            Box::new(VerifyAddress { hours, organisation, role, token })
        };
        self.outbox.post(conn, to, mail.as_ref(), self.service.verify_link)
    }

    /// Mails the link again to an applicant without an account who asks for a new password: the link leads to choosing
    /// the first one. It has a budget of its own, which no application uses up.
    fn remind(&self, conn: &mut Conn, typed: &str, asked_in: Language) -> Result<(), Error> {
        let Ok(address) = EmailAddress::parse(typed) else { return Ok(()) };
        if identity::find_user(conn, &address)?.is_some() {
            return Ok(());
        }
        let Some(row) = store::newest_unverified(conn, &address.key())? else { return Ok(()) };
        if !self.throttle.admits(conn, Bucket::Remind, &address.mailbox_key())? {
            return Ok(());
        }
        let (in_english, in_french) = store::organisation_names(conn, row.organisation_id)?;
        let to = Recipient::unverified(&self::address(&row)?, row.preferred_language.catalogue_or(asked_in));
        let name = if to.language.catalogue() == Language::Fr { in_french } else { in_english };
        self.mail_link(conn, row.id, &to, &name, row.role)
    }

    /// The application of a link.
    ///
    /// # Errors
    /// 410 where it is spent.
    fn look(&self, conn: &mut Conn, secret: &str) -> Result<LinkView, Error> {
        let id = identity::look_at_verification(conn, secret, self.now)?;
        let row = unverified(conn, id)?;
        let needs_password = owner(conn, &row)?.is_none();
        let (organisation_en, organisation_fr) = store::organisation_names(conn, row.organisation_id)?;
        Ok(LinkView {
            details: if needs_password { typed(&row) } else { Details::default() },
            nominating_official: row.nominating_official,
            nomination_reference: row.nomination_reference,
            email: row.email,
            name: row.name,
            organisation_en,
            organisation_fr,
            role: row.role,
            needs_password,
        })
    }

    /// Replaces the application of a link by what the reader of the mailbox says it is. The address stays, and the link
    /// stays good: it is followed to verify the address.
    ///
    /// # Errors
    /// 410 where it is spent; 422 where nobody can be appointed at the organisation.
    fn correct(&self, conn: &mut Conn, secret: &str, application: &Application) -> Result<(), Error> {
        let id = identity::look_at_verification(conn, secret, self.now)?;
        unverified(conn, id)?;
        let organisation = members::appointable(conn, &application.organisation, "/organisation")?;
        application.role.check_fits(&organisation, Role::APPLIED_FOR)?;
        let language = application.preferred_language.unwrap_or(organisation.default_language);
        store::correct(conn, id, application, organisation.id, language)
    }

    /// Verifies the address by its link: makes the account, the pending appointment and its contact, and mails the
    /// approvers. `account` are the name, judged before, and the hashed password of a new account.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where a new account would lack its password.
    fn verify(&self, conn: &mut Conn, secret: &str, account: Option<(Judged, String)>) -> Result<Standing, Error> {
        let id = identity::spend_verification(conn, secret, self.now)?;
        let row = unverified(conn, id)?;
        let life_cycle = self.of(&self.service.life_cycle);
        if let Some(known) = owner(conn, &row)? {
            // The person before the organisation (lock order, `db`).
            identity::lock_people(conn, &BTreeSet::from([known.id]))?;
        }
        life_cycle.make_room(conn, row.organisation_id, &row.email.to_lowercase())?;
        let (person, new_account) = self.person_of(conn, &row, account)?;
        let user_id = person.id;
        let details =
            if new_account { typed(&row) } else { directory::inherited_details(conn, user_id, row.organisation_id)? };
        self.outbox.address_works(conn, &row.email.to_lowercase())?;
        let appointment = NewAppointment {
            user_id: Some(user_id),
            organisation_id: row.organisation_id,
            role: row.role,
            status: AppointmentStatus::Pending,
            valid_to: None,
            end_set_by: None,
            registration_id: Some(row.id),
            decided_by: None,
        };
        let appointment_id = Id::new(self.now, &self.random);
        let appointment = appointments::create(conn, appointment_id, &appointment, self.now)?;
        let contact = NewContact {
            appointment_id,
            user_id,
            organisation_id: row.organisation_id,
            role: row.role,
            listed: false,
            confirmed_at: None,
            name: person.name.clone(),
            email: person.email.clone(),
            details,
        };
        directory::add(conn, &[(Id::new(self.now, &self.random), contact)], self.now)?;
        let (official, reference) = (row.nominating_official.as_deref(), row.nomination_reference.as_deref());
        nominations::record(conn, appointment_id, official, reference, None, self.now)?;
        store::set_verified(conn, &row, user_id, &person.name, self.now)?;
        life_cycle.tell_approvers(conn, &appointment)?;
        life_cycle.publish(conn, None, &appointment, appointments::Event::Apply)?;
        let entry = Entry::own(Event::RegistrationVerified, user_id).of(row.organisation_id);
        self.audit.record(conn, &self.trace, &entry.with(json!({"appointment": appointment_id})))?;
        Ok(Standing { status: RegistrationStatus::Pending, new_account })
    }

    /// The account of the applicant, and whether it is new.
    fn person_of(
        &self,
        conn: &mut Conn,
        row: &Row,
        account: Option<(Judged, String)>,
    ) -> Result<(Credentials, bool), Error> {
        if let Some(known) = owner(conn, row)? {
            // Held, unless the account was made since.
            identity::lock_people(conn, &BTreeSet::from([known.id]))?;
            if !rules::may_apply_again(&appointments::of_user(conn, known.id)?) {
                // A second link of the same person was followed at the same time.
                return Err(Error::link_spent());
            }
            // An application cancels the erasure of the account. All else stays as its owner has it.
            identity::keep(self, conn, known.id)?;
            return Ok((known, false));
        }
        let missing = || Error::invalid(vec![FieldError::new("/password", FieldCode::Missing)]);
        let (name, password_hash) = account.ok_or_else(missing)?;
        let name = name.of(&row.name).ok_or_else(Error::link_spent)?;
        let new = NewUser {
            email: address(row)?,
            name: name.map_err(|_fault| Error::link_spent())?,
            password_hash,
            preferred_language: row.preferred_language,
        };
        // Of two links of one person at the same time, the second finds the address taken.
        let id = identity::create_user(conn, &new, self.now, &self.random).map_err(|error| match error {
            Error::Refused(refusal) if refusal.status.as_u16() == 409 => Error::link_spent(),
            other => other,
        })?;
        Ok((identity::get_user(conn, id)?, true))
    }

    /// Approves or, with a reason, rejects the appointment of an application.
    ///
    /// # Errors
    /// 404, 403, 409; 412 where the decision names a version that is not the current one.
    fn decide(&self, conn: &mut Conn, id: Id, officer: &Principal, decision: &Decision) -> Result<Registration, Error> {
        let reason = decision.reason.as_deref();
        let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let row = &found.row;
        rules::may_decide(found.standing(), row.user_id, officer.user_id)?;
        let applicant = identity::get_user(conn, row.user_id.ok_or_else(Error::not_found)?)?;
        let life_cycle = self.of(&self.service.life_cycle);
        let appointment = life_cycle.of_registration(conn, id)?;
        if let Some(read) = &decision.version {
            // What the applicant changes waits for the applicant's row, which is locked with the appointment, or came
            // before.
            let current = store::current(conn, &[appointment.id])?.remove(&appointment.id);
            rules::check_version(read, &current.ok_or_else(Error::not_found)?)?;
        }
        life_cycle.decide(conn, officer, &appointment, reason)?;
        let event = if reason.is_none() { Event::RegistrationApproved } else { Event::RegistrationRejected };
        let entry = Entry::by(event, officer.user_id, applicant.id).of(row.organisation_id);
        self.audit.record(conn, &self.trace, &entry.with(json!({"registration": id, "role": row.role})))?;
        let decided = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        view(decided, None)
    }
}

/// The applicant, whom a decision concerns; nobody before the address is verified.
fn applicant(conn: &mut Conn, id: Id) -> Result<Vec<Id>, Error> {
    Ok(store::find(conn, id)?.and_then(|found| found.row.user_id).into_iter().collect())
}

/// Refuses whoever may not decide on this application.
fn check_decider(conn: &mut Conn, id: Id, decider: Id) -> Result<(), Error> {
    let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    rules::may_decide(found.standing(), found.row.user_id, decider)
}

/// An application whose address is not verified yet.
fn unverified(conn: &mut Conn, id: Id) -> Result<Row, Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::link_spent)?.row;
    if row.status == RegistrationStatus::Unverified { Ok(row) } else { Err(Error::link_spent()) }
}

/// The application of a link as it was sent.
///
/// # Errors
/// 410 where it is spent.
fn sent(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Register, Error> {
    let id = identity::look_at_verification(conn, secret, now)?;
    let row = unverified(conn, id)?;
    owner(conn, &row)?;
    let organisation = store::find(conn, id)?.ok_or_else(Error::link_spent)?.organisation;
    Ok(Register {
        email: row.email,
        name: row.name,
        organisation,
        role: row.role,
        job_title: row.job_title,
        phone: row.phone,
        languages: Some(row.languages.0),
        preferred_language: Some(row.preferred_language),
        nominating_official: row.nominating_official,
        nomination_reference: row.nomination_reference,
    })
}

/// Whether this link has verified its address.
fn is_verified(conn: &mut Conn, secret: &str) -> Result<bool, Error> {
    let Some(id) = identity::application_of_link(conn, secret)? else { return Ok(false) };
    Ok(store::find(conn, id)?.is_some_and(|found| found.row.status != RegistrationStatus::Unverified))
}

/// The contact details of an application.
fn typed(row: &Row) -> Details {
    Details {
        job_title: row.job_title.clone(),
        phone: row.phone.clone(),
        languages: row.languages.0.clone(),
        technologies: Vec::new(),
    }
}

fn address(row: &Row) -> Result<EmailAddress, Error> {
    EmailAddress::parse(&row.email).map_err(|_stored| Error::internal("a stored address is none"))
}

/// The account with the address of an application; 410 where it has an appointment in force or undecided by now, so
/// that there is nothing to apply for.
fn owner(conn: &mut Conn, row: &Row) -> Result<Option<Credentials>, Error> {
    let Some(known) = identity::find_user(conn, &address(row)?)? else { return Ok(None) };
    let is_free = rules::may_apply_again(&appointments::of_user(conn, known.id)?);
    if is_free { Ok(Some(known)) } else { Err(Error::link_spent()) }
}

/// One application as the Secretariat sees it, and its appointment.
fn one(conn: &mut Conn, id: Id) -> Result<(Registration, Option<Id>), Error> {
    let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let appointment = found.outcome.as_ref().map(|outcome| outcome.id);
    let shown = views(conn, vec![found])?.pop().ok_or_else(Error::not_found)?;
    Ok((shown, appointment))
}

/// Applications as the Secretariat sees them: those that are pending with their values of now.
fn views(conn: &mut Conn, found: Vec<ApplicationRecord>) -> Result<Vec<Registration>, Error> {
    let undecided: Vec<Id> = found.iter().filter_map(ApplicationRecord::undecided).collect();
    let mut current = store::current(conn, &undecided)?;
    let shown = |found: ApplicationRecord| {
        let values = found.undecided().and_then(|appointment| current.remove(&appointment));
        view(found, values)
    };
    found.into_iter().map(shown).collect()
}

fn view(found: ApplicationRecord, current: Option<CurrentValues>) -> Result<Registration, Error> {
    let status = found.standing();
    let rejected = status == RegistrationStatus::Rejected;
    let ApplicationRecord { row, organisation, outcome } = found;
    let decided = outcome.as_ref().and_then(|outcome| if rejected { outcome.decided_at } else { outcome.valid_from });
    Ok(Registration {
        id: row.id,
        user_id: row.user_id,
        status,
        organisation,
        role: row.role,
        email: row.email,
        name: row.name,
        job_title: row.job_title,
        phone: row.phone,
        languages: row.languages.0,
        preferred_language: row.preferred_language,
        nominating_official: row.nominating_official,
        nomination_reference: row.nomination_reference,
        created_at: row.created_at,
        verified_at: row.verified_at,
        decided_at: decided,
        appointment_status: outcome.as_ref().map(|outcome| outcome.status),
        reason: outcome.and_then(|outcome| outcome.reason).filter(|_| rejected),
        version: current.as_ref().map(rules::version).transpose()?,
        current,
    })
}

/// Deletes applications that nobody verified since `bound`; returns how many.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}
