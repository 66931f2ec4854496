//! Profile (`/me`): what people see and change of themselves.
//!
//! People may change their name at any time, but not unnoticed: the audit log records it, those who look after the
//! person get a mail, and for a month officers see the previous name beside the new one where they look at
//! appointments.

pub mod pages;
pub mod routes;
mod rules;
mod types;

use std::collections::BTreeMap;
use std::time::Duration;

use rules::{Change, ChosenZone};
pub use types::{ChangeMe, MailProblem, Me};

use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Id};
use crate::directory::{self, ContactChange};
use crate::error::Error;
use crate::http::IfMatch;
use crate::identity::{self, Credentials, NameChanged, Renaming};
use crate::mail::consent::{self, SuppressionReason};
use crate::members;
use crate::policy::Principal;
use crate::service::{Foundation, Service, UnitOfWork};
use crate::throttle::{Bucket, Causer};
use crate::time::Timestamp;

/// How long a notice of a changed name is tried to be delivered.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// People's own profiles. Cloning is cheap.
#[derive(Clone)]
pub struct Profiles {
    foundation: Foundation,
    /// The names of the community, which no person may bear.
    community: String,
}

impl Service for Profiles {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Profiles {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, community: &config::Community) -> Self {
        Self { foundation, community: community.names() }
    }

    /// The profile of a person.
    pub async fn get(&self, person: Id) -> Result<Me, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| profile(conn, person, now)).await
    }

    /// Changes the profile of `person`, if it is as `seen` says where that is given.
    ///
    /// A refused change counts as a write too if it has a name: to judge a name costs as much as to store it.
    ///
    /// # Errors
    /// 412, 422; 429 where the name was changed too often.
    pub async fn change(
        &self,
        person: &Principal,
        trace: Trace,
        form: ChangeMe,
        seen: Option<IfMatch>,
    ) -> Result<Me, Error> {
        let id = person.user_id;
        let community = (!person.is_secretariat()).then_some(self.community.as_str());
        let has_name = form.name.is_some();
        let change = match rules::parse(form, community) {
            Ok(change) => change,
            Err(refusal) if has_name => {
                // The check of writes, which charges, comes before every unit of work.
                self.write(trace, |_, _| Ok(())).await?;
                return Err(refusal);
            }
            Err(refusal) => return Err(refusal),
        };
        let renaming = match &change.contact.name {
            Some(name) if community.is_some() => Some(Renaming::free(name)),
            Some(name) => {
                let before = self.read(move |conn| identity::get_user(conn, id)).await?.name;
                Some(Renaming::judged(name, &before, &self.community))
            }
            None => None,
        };
        self.write(trace, move |unit, conn| unit.change(conn, id, (change, renaming), seen.as_ref())).await
    }
}

impl UnitOfWork<Profiles> {
    fn change(
        &self,
        conn: &mut Conn,
        id: Id,
        (change, renaming): (Change, Option<Renaming>),
        seen: Option<&IfMatch>,
    ) -> Result<Me, Error> {
        let before = profile(conn, id, self.now)?;
        if let Some(seen) = seen {
            seen.check(&before)?;
        }
        let Change { language, zone, contact } = change;
        members::check_technologies(conn, contact.technologies.as_deref().unwrap_or_default(), "/technologies")?;
        if let Some(language) = language.filter(|language| *language != before.preferred_language) {
            identity::set_language(conn, id, language, self.now)?;
        }
        if let Some(ChosenZone(zone)) = zone.filter(|zone| zone.0 != before.time_zone) {
            identity::set_time_zone(conn, id, zone.as_deref(), self.now)?;
        }
        if let Some(renaming) = &renaming {
            self.rename(conn, id, renaming)?;
        }
        let contact = ContactChange { name: contact.name.filter(|name| *name != before.name), ..contact };
        directory::change(conn, id, &contact, self.now)?;
        profile(conn, id, self.now)
    }

    /// Changes the name of a person, if it is another, and notifies the officers who look after the person.
    ///
    /// # Errors
    /// 429 where it was changed too often.
    fn rename(&self, conn: &mut Conn, id: Id, new: &Renaming) -> Result<(), Error> {
        let (person, name) = (identity::lock_user(conn, id)?, new.name());
        if person.name == name {
            return Ok(());
        }
        self.throttle.charge(conn, Bucket::AddressChange, &format!("name {id}"))?;
        identity::rename(conn, &person, new, self.now)?;
        if person.name_flagged_at.is_some() {
            directory::set_listed_of(conn, id, !person.is_closed(), self.now)?;
        }
        let held = appointments::of_user(conn, id)?;
        let mut places: Vec<Id> =
            held.iter().filter(|one| !one.status.is_final()).map(|one| one.organisation_id).collect();
        places.sort_unstable();
        places.dedup();
        let entry = || Entry::own(Event::NameChanged, id);
        if places.is_empty() {
            return self.audit.record(conn, &self.trace, &entry());
        }
        let mut officers = BTreeMap::new();
        for &place in &places {
            self.audit.record(conn, &self.trace, &entry().of(place))?;
            for officer in officers_of(conn, place, id)? {
                officers.entry(officer.id).or_insert((officer, place));
            }
        }
        let organisations = members::some(conn, &places)?;
        for (officer, place) in officers.values() {
            self.throttle.charge_mail(conn, Causer::Person(id), officer.id)?;
            let organisation = organisations.iter().find(|one| one.id == *place).ok_or_else(Error::not_found)?;
            let organisation = organisation.name_in(officer.preferred_language).into();
            // The newest of the appointments there is the one that is looked after.
            let there = held.iter().filter(|one| !one.status.is_final() && one.organisation_id == *place);
            let id = there.map(|one| one.id).max().ok_or_else(Error::not_found)?.to_string();
            let mail = NameChanged { before: person.name.clone(), after: name.to_owned(), organisation, id };
            self.outbox.post(conn, &officer.recipient(), &mail, NOTICE_LIFE)?;
        }
        Ok(())
    }
}

fn profile(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Me, Error> {
    let user = identity::get_user(conn, id)?;
    let problem = consent::suppression(conn, &user.email.to_lowercase(), now)?;
    let is_shown = |reason| reason == SuppressionReason::Complaint || SuppressionReason::BOUNCES.contains(&reason);
    let problem = problem.filter(|suppression| is_shown(suppression.reason));
    Ok(Me {
        id,
        email: user.email,
        name: user.name,
        name_changed_at: user.name_changed_at,
        name_flagged_at: user.name_flagged_at,
        preferred_language: user.preferred_language,
        time_zone: user.time_zone,
        appointments: appointments::of_user(conn, id)?,
        contact: directory::own(conn, id)?,
        mail_problem: problem.map(|suppression| MailProblem { reason: suppression.reason, since: suppression.since }),
    })
}

/// The officers who look after a person at an organisation: its other coordinators, or the Secretariat if there are
/// none.
fn officers_of(conn: &mut Conn, place: Id, person: Id) -> Result<Vec<Credentials>, Error> {
    let mut officers = identity::coordinators(conn, place)?;
    officers.retain(|officer| officer.id != person);
    if officers.is_empty() {
        officers = identity::secretariat(conn)?;
        officers.retain(|officer| officer.id != person);
    }
    Ok(officers)
}
