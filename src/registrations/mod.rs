//! Registration: somebody applies for a member, verifies the address, and the Secretariat decides.
//!
//! ```text
//! apply ──▶ unverified ──link──▶ an appointment that is pending; the rest is its life cycle
//!               └── 14 days ──▶ deleted
//! ```
//!
//! From the link on, where the application stands is where its appointment stands; nothing of it is stored twice.
//!
//! The answer to an application is always the same, and a known address gets another mail, so nobody learns from outside
//! who is here. Nothing of an application counts before the link in the mail is followed, and no mail repeats what a stranger
//! typed: the page behind the link shows the application, with every value that will be written, to whoever reads the mail of
//! the address.
//!
//! The password of a new account is chosen behind the link, never with the application: whoever types an address need not be
//! its owner. An account that exists already, of somebody whose appointments are over, gets the application and keeps its
//! name, language, password and sessions; those are changed by their owner alone. Its next contact says what its last one said, and
//! nothing of what was typed.
//!
//! Invitations stand in `life_cycle::invitations`; coordinators decide on appointments, at `/appointments`.

pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
pub(crate) use types::LinkView;
pub use types::{Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing, Verify};

use serde_json::json;

use crate::appointments::{self, AppointmentStatus, NewAppointment};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::{Error, Fault};
use crate::identity::{self, Credentials, NewUser};
use crate::life_cycle;
use crate::mail::{EmailAddress, Letter, Outbox, Recipient};
use crate::members;
use crate::nominations;
use crate::policy::Principal;
use crate::random::Random;
use crate::text;
use crate::throttle::{Bucket, Throttle};
use crate::time::Timestamp;
use types::{Application, Found, Row};

/// What the units of work need beside a connection.
struct Desk {
    life_cycle: life_cycle::Desk,
    audit: Audit,
    throttle: Arc<Throttle>,
    trace: Trace,
    outbox: Outbox,
    random: Random,
    now: Timestamp,
    verify_link: std::time::Duration,
}

impl Desk {
    /// Takes an application: a link to a new address, a word to one that has an account.
    fn apply(&self, conn: &mut Conn, application: &Application) -> Result<(), Error> {
        let organisation = members::appointable(conn, &application.organisation, "/organisation")?;
        if !self.throttle.admits(conn, Bucket::Link, &application.email.key())? {
            // The mailbox has had its share of links; whoever asks is told the same.
            return Ok(());
        }
        let known = identity::find_user(conn, &application.email)?;
        if let Some(known) = &known
            && !rules::may_apply_again(&appointments::of_user(conn, known.id)?)
        {
            return identity::address_is_known(conn, &self.outbox, known);
        }
        let language = application.preferred_language.unwrap_or(organisation.default_language);
        let (id, secret) = (Id::new(self.now, &self.random), self.random.secret());
        store::insert(conn, id, application, organisation.id, language, self.now)?;
        identity::store_verification(conn, &secret, id, self.now.plus(self.verify_link), self.now)?;
        let (kind, to) = match &known {
            Some(known) => ("apply_again", known.recipient()),
            // Whose address it is nobody knows yet: the mail says nothing of what was typed.
            None => ("verify_address", Recipient::unverified(&application.email, language)),
        };
        let letter = Letter {
            kind,
            name: to.name.clone(),
            args: vec![
                ("hours", (self.verify_link.as_secs() / 3_600).to_string()),
                ("organisation", organisation.name_in(to.language).to_owned()),
                ("role", application.role.to_string()),
            ],
            link: Some(format!("/verify?token={secret}")),
        };
        self.outbox.post(conn, &to, &letter, self.verify_link)
    }

    /// What a link leads to.
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

    /// The link was followed: the applicant becomes a user, and the Secretariat is told. `password_hash` is that of a new
    /// account.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where a new account would lack its password.
    fn verify(&self, conn: &mut Conn, secret: &str, password_hash: Option<String>) -> Result<Standing, Error> {
        let id = identity::spend_verification(conn, secret, self.now)?;
        let row = unverified(conn, id)?;
        self.life_cycle.make_room(conn, row.organisation_id)?;
        let (person, new_account) = self.person_of(conn, &row, password_hash)?;
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
            registration_id: Some(row.id),
            invited_by: None,
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
        self.life_cycle.tell_approvers(conn, &appointment)?;
        self.life_cycle.publish(conn, None, &appointment, appointments::Event::Apply)?;
        let entry = Entry::own(Event::RegistrationVerified, user_id).of(row.organisation_id);
        self.audit.note(conn, &self.trace, &entry)?;
        Ok(Standing { status: RegistrationStatus::Pending, new_account })
    }

    /// Whose application it is, and whether the account is new.
    fn person_of(
        &self,
        conn: &mut Conn,
        row: &Row,
        password_hash: Option<String>,
    ) -> Result<(Credentials, bool), Error> {
        if let Some(known) = owner(conn, row)? {
            identity::hold_user(conn, known.id)?;
            if !rules::may_apply_again(&appointments::of_user(conn, known.id)?) {
                // Another link of the same person was followed at the same moment.
                return Err(Error::link_spent());
            }
            // Whoever applies again does not want to be erased any more. All else stays as its owner has it.
            identity::keep(conn, known.id, self.now)?;
            return Ok((known, false));
        }
        // An application of before may have a name that is none by now.
        let name = text::name::members(&row.name, self.outbox.letters().community());
        let new = NewUser {
            email: address(row)?,
            name: name.map_err(|_fault| Error::link_spent())?,
            password_hash: password_hash.ok_or_else(|| Error::invalid(vec![Fault::new("/password", "missing")]))?,
            preferred_language: row.preferred_language,
        };
        // Of two links of one person that are followed at once, the second finds the address taken.
        let id = identity::create_user(conn, &new, self.now, &self.random).map_err(|error| match error {
            Error::Refused(refusal) if refusal.status.as_u16() == 409 => Error::link_spent(),
            other => other,
        })?;
        Ok((identity::get_user(conn, id)?, true))
    }

    /// Approves or, with a reason, rejects: the same as approving or rejecting the appointment that came of it.
    fn decide(
        &self,
        conn: &mut Conn,
        id: Id,
        officer: &Principal,
        reason: Option<&str>,
    ) -> Result<Registration, Error> {
        let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let row = &found.row;
        rules::may_decide(found.standing(), row.user_id, officer.user_id)?;
        let applicant = identity::get_user(conn, row.user_id.ok_or_else(Error::not_found)?)?;
        let appointment = self.life_cycle.of_registration(conn, id)?;
        self.life_cycle.decide(conn, officer, &appointment, reason)?;
        let event = if reason.is_none() { Event::RegistrationApproved } else { Event::RegistrationRejected };
        let entry = Entry::by(event, officer.user_id, applicant.id).of(row.organisation_id);
        self.audit.note(conn, &self.trace, &entry.with(json!({"registration": id, "role": row.role})))?;
        store::find(conn, id)?.map(view).ok_or_else(Error::not_found)
    }
}

/// Whether somebody may decide on an application as it is: asked before anything is received that is said about it.
fn check_decider(conn: &mut Conn, id: Id, decider: Id) -> Result<(), Error> {
    let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    rules::may_decide(found.standing(), found.row.user_id, decider)
}

/// The application of a link, while it waits for its address to be verified.
fn unverified(conn: &mut Conn, id: Id) -> Result<Row, Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::link_spent)?.row;
    if row.status == RegistrationStatus::Unverified { Ok(row) } else { Err(Error::link_spent()) }
}

/// What an application says of its contact.
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

/// Who has the address of an application already. Where that person has something in force or undecided by now, there is
/// nothing to apply for, and the link leads nowhere.
fn owner(conn: &mut Conn, row: &Row) -> Result<Option<Credentials>, Error> {
    let Some(known) = identity::find_user(conn, &address(row)?)? else { return Ok(None) };
    let is_free = rules::may_apply_again(&appointments::of_user(conn, known.id)?);
    if is_free { Ok(Some(known)) } else { Err(Error::link_spent()) }
}

fn view(found: Found) -> Registration {
    let status = found.standing();
    let rejected = status == RegistrationStatus::Rejected;
    let Found { row, organisation, outcome } = found;
    let decided = outcome.as_ref().and_then(|outcome| if rejected { outcome.decided_at } else { outcome.valid_from });
    Registration {
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
        reason: outcome.and_then(|outcome| outcome.reason).filter(|_| rejected),
    }
}

/// Reads the reason of a rejection.
fn reason(text: &str) -> Result<String, Error> {
    let mut faults = crate::error::Faults::new();
    let reason = faults.take("/reason", text::block(text, rules::MAX_REASON));
    faults.finish_with(reason)
}

/// Deletes applications that nobody verified since `bound`; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}
