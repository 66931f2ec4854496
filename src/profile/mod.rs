//! `/me`: what a person sees and changes of oneself.
//!
//! A name may be changed at any time, and never unseen: the audit log says that it was, whoever looks after the person hears
//! of it by mail, and the name of before stands beside the new one for a month where officers look at appointments.

pub mod routes;
mod rules;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use types::{ChangeMe, MailProblem, Me};

use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::{self, Credentials};
use crate::mail::{Letter, Outbox};
use crate::members;
use crate::throttle::{Bucket, Causer, Throttle};
use crate::time::Timestamp;

/// How long word of a changed name is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// What a change of name needs beside a connection.
struct Desk {
    audit: Audit,
    outbox: Outbox,
    throttle: Arc<Throttle>,
    trace: Trace,
    now: Timestamp,
}

impl Desk {
    /// Gives a person another name, where it is another, and tells those who look after the person.
    ///
    /// # Errors
    /// 429 for who changes it again and again.
    fn rename(&self, conn: &mut Conn, user: Id, name: &str) -> Result<(), Error> {
        let person = identity::hold_user(conn, user)?;
        if person.name == name {
            return Ok(());
        }
        self.throttle.charge(conn, Bucket::AddressChange, &format!("name {user}"))?;
        identity::rename(conn, &person, name, self.now)?;
        let held = appointments::of_user(conn, user)?;
        let mut places: Vec<Id> =
            held.iter().filter(|one| !one.status.is_final()).map(|one| one.organisation_id).collect();
        places.sort_unstable();
        places.dedup();
        let entry = || Entry::own(Event::NameChanged, user);
        if places.is_empty() {
            return self.audit.note(conn, &self.trace, &entry());
        }
        let mut officers = BTreeMap::new();
        for &place in &places {
            self.audit.note(conn, &self.trace, &entry().of(place))?;
            for officer in officers_of(conn, place, user)? {
                officers.entry(officer.id).or_insert((officer, place));
            }
        }
        let organisations = members::some(conn, &places)?;
        for (officer, place) in officers.values() {
            self.throttle.charge_mail(conn, Causer::Person(user), officer.id)?;
            let organisation = organisations.iter().find(|one| one.id == *place).ok_or_else(Error::not_found)?;
            self.tell(conn, officer, &person.name, name, organisation.name_in(officer.preferred_language))?;
        }
        Ok(())
    }

    fn tell(
        &self,
        conn: &mut Conn,
        officer: &Credentials,
        before: &str,
        after: &str,
        organisation: &str,
    ) -> Result<(), Error> {
        let letter = Letter {
            kind: "name_changed",
            name: officer.name.clone(),
            args: vec![
                ("before", before.to_owned()),
                ("after", after.to_owned()),
                ("organisation", organisation.to_owned()),
            ],
            link: None,
        };
        self.outbox.post(conn, &officer.recipient(), &letter, NOTICE_LIFE)
    }
}

/// Who looks after a person at an organisation: its coordinators, or where there is no other the Secretariat.
fn officers_of(conn: &mut Conn, place: Id, person: Id) -> Result<Vec<Credentials>, Error> {
    let mut officers = identity::coordinators(conn, place)?;
    officers.retain(|officer| officer.id != person);
    if officers.is_empty() {
        officers = identity::secretariat(conn)?;
        officers.retain(|officer| officer.id != person);
    }
    Ok(officers)
}
