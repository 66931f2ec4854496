//! Digests: one mail about several announcements, once a day or on Mondays, for readers who chose that.
//!
//! Digests hold announcements with a topic; official notices are always mailed at once. When an announcement is fanned
//! out, the mail of a reader with a digest is skipped and the delivery waits. A digest lists the waiting deliveries and
//! marks them in the transaction that sets the time of the next digest, so none is listed twice or lost. Announcements
//! that were cancelled, or whose topic the reader has left, are not listed. A person who is no reader any more (the
//! account is closed, no appointment is in force) gets no digest, and what had waited waits no longer. A reader who
//! turns digests off gets the waiting ones at once.
//!
//! Locks: fan-out takes shared locks on the rows of readers with a digest; sending digests and changing the rhythm take
//! exclusive ones. So no delivery begins to wait for a digest that was just sent.

mod rules;
mod store;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::Announcements;
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::{DIGEST, DigestEntry, OwnMail, batches, consent};
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;

pub(super) use store::everybody;

/// The kind of a digest in the outbox.
pub const KIND: &str = DIGEST;
/// People of one unit of work, which renders a mail for each.
const PEOPLE: i64 = 100;
/// How long a digest that failed waits.
const AGAIN: Duration = Duration::from_hours(1);

crate::text_enum! {
    /// How often somebody wants to hear of announcements.
    pub enum Rhythm {
        /// Of each at once.
        AtOnce = "at_once",
        /// Once a day.
        Daily = "daily",
        /// On Mondays.
        Weekly = "weekly",
    }
}

/// What somebody has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preference {
    /// How often.
    pub digest: Rhythm,
    /// When the next digest is due; none where there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_digest_at: Option<Timestamp>,
}

/// The rhythm of a person.
pub fn preference(conn: &mut Conn, user: Id) -> Result<Preference, Error> {
    Ok(match store::find(conn, user)? {
        Some((digest, due_at)) => Preference { digest, next_digest_at: Some(due_at) },
        None => Preference { digest: Rhythm::AtOnce, next_digest_at: None },
    })
}

/// Deletes the rhythm of a person who is erased. Lock order: before the row of the person.
pub fn forget(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::delete(conn, user)
}

/// Which of these people have a digest. None of them changes the rhythm until this unit of work ends.
pub(super) fn lock_readers(conn: &mut Conn, people: &[Id]) -> Result<HashSet<Id>, Error> {
    Ok(store::lock_some(conn, people)?.into_iter().collect())
}

/// Sends the digests that are due, to a bounded number of people at a time; returns the number of people.
pub async fn run_due(service: &Announcements) -> Result<usize, Error> {
    let (unit, db) = (service.unit(Trace::default()), &service.foundation.db);
    let (mut done, now) = (0, unit.now);
    while db.read(move |conn| store::any_due(conn, now)).await? {
        let this = unit.clone();
        match db.write(move |conn| this.send_digests(conn, PEOPLE)).await {
            // Another process sends them.
            Ok(0) => break,
            Ok(people) => done += people,
            Err(error) => {
                tracing::warn!(%error, "could not send digests together; now one by one");
                done += one_by_one(&unit).await?;
            }
        }
    }
    Ok(done)
}

/// Sends the digests that are due one by one. One that fails is tried again after [`AGAIN`] and delays no other.
async fn one_by_one(unit: &UnitOfWork<Announcements>) -> Result<usize, Error> {
    let db = &unit.service.foundation.db;
    let (mut done, now) = (0, unit.now);
    for _ in 0..PEOPLE {
        let Some(first) = db.read(move |conn| store::first_due(conn, now)).await? else { break };
        let this = unit.clone();
        match db.write(move |conn| this.send_digests(conn, 1)).await {
            Ok(people) => done += people,
            Err(error) => {
                tracing::warn!(%error, user = %first, "could not send a digest");
                db.write(move |conn| store::set_due(conn, &[first], now.plus(AGAIN))).await?;
            }
        }
    }
    Ok(done)
}

impl UnitOfWork<Announcements> {
    /// Sets the rhythm of a person.
    pub fn choose_rhythm(&self, conn: &mut Conn, user: Id, rhythm: Rhythm) -> Result<(), Error> {
        let before = store::lock_for_update(conn, user)?;
        match rules::next_due(rhythm, self.now, self.service.settings.digest_hour) {
            Some(_) if before == Some(rhythm) => Ok(()),
            Some(due_at) => store::put(conn, user, rhythm, due_at),
            None if before.is_none() => Ok(()),
            None => {
                self.send_waiting(conn, &[user])?;
                store::delete(conn, user)
            }
        }
    }

    /// Sends digests to some of the people to whom one is due; returns how many.
    fn send_digests(&self, conn: &mut Conn, most: i64) -> Result<usize, Error> {
        let due = store::lock_due(conn, self.now, most)?;
        for rhythm in [Rhythm::Daily, Rhythm::Weekly] {
            let people: Vec<Id> = due.iter().filter(|(_, own)| *own == rhythm).map(|(user, _)| *user).collect();
            if let Some(due_at) = rules::next_due(rhythm, self.now, self.service.settings.digest_hour) {
                store::set_due(conn, &people, due_at)?;
            }
        }
        let people: Vec<Id> = due.into_iter().map(|(user, _)| user).collect();
        self.send_waiting(conn, &people)?;
        Ok(people.len())
    }

    /// Writes one mail to each of these people who are readers still and have waiting deliveries. Their rows must be
    /// locked.
    fn send_waiting(&self, conn: &mut Conn, people: &[Id]) -> Result<(), Error> {
        let readers = consent::readers(conn, people)?;
        let (people, gone): (Vec<Id>, Vec<Id>) = people.iter().copied().partition(|&person| readers.contains(person));
        let people = people.as_slice();
        store::drop_waiting(conn, &gone)?;
        store::drop_pointless(conn, people)?;
        let mut waiting: BTreeMap<Id, Vec<DigestEntry>> = BTreeMap::new();
        for (user, announcement, title, asks) in store::waiting(conn, people)? {
            waiting.entry(user).or_default().push(DigestEntry { announcement, title, asks });
        }
        store::set_named(conn, people, self.now)?;
        let readers: Vec<Id> = waiting.keys().copied().collect();
        let mut mails = Vec::with_capacity(readers.len());
        for reader in identity::users(conn, &readers)? {
            let (to, id) = (reader.recipient(), self.outbox.new_id());
            let entries = waiting.get(&reader.id).map(Vec::as_slice).unwrap_or_default();
            let content = self.outbox.letters().digest(&to, entries, &self.service.mail_tokens.of(id))?;
            mails.push(OwnMail { id, to, content });
        }
        if mails.is_empty() {
            return Ok(());
        }
        let batch = self.outbox.new_id();
        batches::open(conn, batch, KIND, None, self.now)?;
        self.outbox.post_own(conn, batch, KIND, mails)?;
        batches::set_filled(conn, batch)
    }
}
