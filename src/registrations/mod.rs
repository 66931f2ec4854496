//! Registration: somebody applies for a member, verifies the address, and the Secretariat decides.
//!
//! ```text
//! apply ──▶ unverified ──link──▶ pending ──▶ approved   the contact is shown, the applicant hears
//!               │                   └──────▶ rejected   with a reason, the applicant hears
//!               └── 14 days ──▶ deleted
//! ```
//!
//! The answer to an application is always the same, and a known address gets another mail, so nobody learns from outside
//! who is here. Nothing of an application counts before the link in the mail is followed. The mail says who applies for which
//! member, since whoever follows it makes that application one's own, with the password that was typed with it.
//!
//! Left out: invitations, coordinators who decide for their own member, requests for information, uploads.

pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub use types::{Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing, Verify};

use serde_json::json;

use crate::appointments::{self, AppointmentStatus, NewAppointment};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::Error;
use crate::identity::{self, NewUser};
use crate::mail::{EmailAddress, Letter, Outbox, Recipient};
use crate::members;
use crate::random::Random;
use crate::text;
use crate::throttle::{Bucket, Throttle};
use crate::time::Timestamp;
use types::{Application, Row};

/// How long a decision or a notice is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// What the units of work need beside a connection.
struct Desk {
    audit: Audit,
    throttle: Arc<Throttle>,
    trace: Trace,
    outbox: Outbox,
    random: Random,
    now: Timestamp,
    verify_link: Duration,
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
                ("organisation", application.organisation.clone()),
                ("role", application.role.to_string()),
            ],
            link: Some(format!("/verify?token={secret}")),
        };
        self.outbox.post(conn, &to, &letter, self.verify_link)
    }

    /// The link was followed: the applicant becomes a user, and the Secretariat is told.
    fn verify(&self, conn: &mut Conn, secret: &str) -> Result<RegistrationStatus, Error> {
        let id = identity::spend_verification(conn, secret, self.now)?;
        let (row, organisation) = store::find(conn, id)?.ok_or_else(Error::link_spent)?;
        if row.status != RegistrationStatus::Unverified {
            return Err(Error::link_spent());
        }
        let user_id = self.user_of(conn, &row)?;
        let appointment = NewAppointment {
            user_id,
            organisation_id: row.organisation_id,
            role: row.role,
            status: AppointmentStatus::Pending,
            registration_id: Some(row.id),
        };
        let appointment_id = Id::new(self.now, &self.random);
        appointments::create(conn, appointment_id, &appointment, self.now)?;
        let contact = NewContact {
            appointment_id,
            user_id,
            organisation_id: row.organisation_id,
            role: row.role,
            listed: false,
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
        store::set_verified(conn, &row, user_id, self.now)?;
        self.tell_secretariat(conn, &row, &organisation)?;
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

    fn tell_secretariat(&self, conn: &mut Conn, row: &Row, organisation: &str) -> Result<(), Error> {
        for officer in identity::secretariat(conn)? {
            let letter = Letter {
                kind: "application_waits",
                name: officer.name.clone(),
                args: vec![("applicant", row.name.clone()), ("organisation", organisation.to_owned())],
                link: None,
            };
            self.outbox.post(conn, &officer.recipient(), &letter, NOTICE_LIFE)?;
        }
        Ok(())
    }

    /// Approves or, with a reason, rejects; the applicant hears.
    fn decide(&self, conn: &mut Conn, id: Id, officer: Id, reason: Option<&str>) -> Result<Registration, Error> {
        let (row, _) = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        rules::may_decide(row.status, row.user_id, officer)?;
        let applicant = identity::get_user(conn, row.user_id.ok_or_else(Error::not_found)?)?;
        if reason.is_none() && applicant.suspended_at.is_some() {
            return Err(Error::conflict("account_suspended"));
        }
        let status = if reason.is_none() { RegistrationStatus::Approved } else { RegistrationStatus::Rejected };
        if !store::decide(conn, id, status, officer, reason, self.now)? {
            return Err(Error::conflict("not_pending").with("status", "decided"));
        }
        if reason.is_none() {
            let appointment = appointments::activate(conn, id, self.now)?;
            directory::set_listed(conn, appointment, true, self.now)?;
        } else {
            appointments::reject(conn, id, self.now)?;
        }
        let letter = Letter {
            kind: if reason.is_none() { "approved" } else { "rejected" },
            name: applicant.name.clone(),
            args: reason.map(|reason| ("reason", reason.to_owned())).into_iter().collect(),
            link: reason.is_none().then(|| "/".to_owned()),
        };
        self.outbox.post(conn, &applicant.recipient(), &letter, NOTICE_LIFE)?;
        let event = if reason.is_none() { Event::RegistrationApproved } else { Event::RegistrationRejected };
        let entry = Entry::by(event, officer, applicant.id).of(row.organisation_id);
        self.audit.note(conn, &self.trace, &entry.with(json!({"registration": id, "role": row.role})))?;
        let (row, organisation) = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        Ok(view(row, organisation))
    }
}

fn view(row: Row, organisation: String) -> Registration {
    Registration {
        id: row.id,
        user_id: row.user_id,
        status: row.status,
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
        decided_at: row.decided_at,
        reason: row.reason,
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
