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
//! who is here. Nothing of an application counts before the link in the mail is followed. The mail says who applies for which
//! member, since whoever follows it makes that application one's own, with the password that was typed with it.
//!
//! Invitations stand in `life_cycle::invitations`; coordinators decide on appointments, at `/appointments`.

pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
pub use types::{Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing, Verify};

use serde_json::json;

use crate::appointments::{self, AppointmentStatus, NewAppointment};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::Error;
use crate::identity::{self, NewUser};
use crate::life_cycle;
use crate::mail::{EmailAddress, Letter, Outbox, Recipient, consent};
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
    fn apply(&self, conn: &mut Conn, application: &Application, password_hash: &str) -> Result<(), Error> {
        let organisation = members::appointable(conn, &application.organisation, "/organisation")?;
        if !self.throttle.admits(conn, Bucket::Link, &application.email.key())? {
            // The mailbox has had its share of links; whoever asks is told the same.
            return Ok(());
        }
        if let Some(known) = identity::find_user(conn, &application.email)?
            && !rules::may_apply_again(&appointments::of_user(conn, known.id)?)
        {
            return identity::address_is_known(conn, &self.outbox, &known);
        }
        let language = application.preferred_language.unwrap_or(organisation.default_language);
        let (id, secret) = (Id::new(self.now, &self.random), self.random.secret());
        store::insert(conn, id, application, organisation.id, language, password_hash, self.now)?;
        identity::store_verification(conn, &secret, id, self.now.plus(self.verify_link), self.now)?;
        let to = Recipient { address: application.email.as_str().to_owned(), name: application.name.clone(), language };
        let letter = Letter {
            kind: "verify_address",
            name: application.name.clone(),
            args: vec![
                ("hours", (self.verify_link.as_secs() / 3_600).to_string()),
                ("applicant", application.name.clone()),
                ("organisation", organisation.name_in(language).to_owned()),
                ("role", application.role.to_string()),
            ],
            link: Some(format!("/verify?token={secret}")),
        };
        self.outbox.post(conn, &to, &letter, self.verify_link)
    }

    /// The link was followed: the applicant becomes a user, and the Secretariat is told.
    fn verify(&self, conn: &mut Conn, secret: &str) -> Result<RegistrationStatus, Error> {
        let id = identity::spend_verification(conn, secret, self.now)?;
        let row = store::find(conn, id)?.ok_or_else(Error::link_spent)?.row;
        if row.status != RegistrationStatus::Unverified {
            return Err(Error::link_spent());
        }
        self.life_cycle.make_room(conn, row.organisation_id)?;
        let user_id = self.user_of(conn, &row)?;
        consent::address_works(conn, &row.email.to_lowercase())?;
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
            name: row.name.clone(),
            email: row.email.clone(),
            details: Details {
                job_title: row.job_title.clone(),
                phone: row.phone.clone(),
                languages: row.languages.0.clone(),
                technologies: Vec::new(),
            },
        };
        directory::add(conn, &[(Id::new(self.now, &self.random), contact)], self.now)?;
        let (official, reference) = (row.nominating_official.as_deref(), row.nomination_reference.as_deref());
        nominations::record(conn, appointment_id, official, reference, None, self.now)?;
        store::set_verified(conn, &row, user_id, self.now)?;
        self.life_cycle.tell_approvers(conn, &appointment)?;
        self.life_cycle.publish(conn, None, &appointment, appointments::Event::Apply)?;
        let entry = Entry::own(Event::RegistrationVerified, user_id).of(row.organisation_id);
        self.audit.note(conn, &self.trace, &entry)?;
        Ok(RegistrationStatus::Pending)
    }

    fn user_of(&self, conn: &mut Conn, row: &Row) -> Result<Id, Error> {
        let email = EmailAddress::parse(&row.email).map_err(|_stored| Error::internal("a stored address is none"))?;
        match identity::find_user(conn, &email)? {
            None => {
                let new = NewUser {
                    email,
                    name: row.name.clone(),
                    password_hash: row.password_hash.clone(),
                    preferred_language: row.preferred_language,
                };
                // Of two links of one person that are followed at once, the second finds the address taken.
                identity::create_user(conn, &new, self.now, &self.random).map_err(|error| match error {
                    Error::Refused(refusal) if refusal.status.as_u16() == 409 => Error::link_spent(),
                    other => other,
                })
            }
            // Rejected before, and applying again: what was entered now counts, for the mailbox has proven itself again.
            Some(known) if rules::may_apply_again(&appointments::of_user(conn, known.id)?) => {
                identity::hold_user(conn, known.id)?;
                if !rules::may_apply_again(&appointments::of_user(conn, known.id)?) {
                    // Another link of the same person was followed at the same moment.
                    return Err(Error::link_spent());
                }
                let (name, language) = (&row.name, row.preferred_language);
                identity::renew(conn, known.id, name, language, &row.password_hash, &self.outbox, self.now)?;
                Ok(known.id)
            }
            Some(_) => Err(Error::link_spent()),
        }
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
        if reason.is_none() && applicant.is_closed() {
            return Err(Error::conflict("account_suspended"));
        }
        let appointment = self.life_cycle.of_registration(conn, id)?;
        let event = if reason.is_none() { appointments::Event::Approve } else { appointments::Event::Reject };
        self.life_cycle.act(conn, officer, appointment.id, event, reason)?;
        let event = if reason.is_none() { Event::RegistrationApproved } else { Event::RegistrationRejected };
        let entry = Entry::by(event, officer.user_id, applicant.id).of(row.organisation_id);
        self.audit.note(conn, &self.trace, &entry.with(json!({"registration": id, "role": row.role})))?;
        store::find(conn, id)?.map(view).ok_or_else(Error::not_found)
    }
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
