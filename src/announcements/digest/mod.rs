//! Digests: for those who want word of several announcements at a time, once a day or on Mondays.
//!
//! It holds for announcements with a topic; official notices come at once always. Where an announcement is fanned out, the mail
//! of a reader who has chosen a digest is skipped, and the delivery waits. A digest names what waits, and marks it as named, in
//! the transaction that moves the time of the next one: so nothing is named twice, or lost. What was cancelled meanwhile, or is
//! about a topic that the reader has left, is not in it. Whoever goes back to each at once gets what waits at once, too.
//!
//! Fanning out shares the rows of those who chose a digest, and whoever sends digests or chooses otherwise takes them alone: no
//! delivery begins to wait for a digest that has just gone.

mod rules;
mod store;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::Desk;
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::{DigestEntry, OwnMail, batches};
use crate::time::Timestamp;

pub(super) use store::everybody;

/// What the log of mails calls a digest.
pub const KIND: &str = "digest";
/// People of one unit of work: each gets a mail that is put into words in it.
const PEOPLE: i64 = 100;
/// When a digest that failed is tried again.
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

/// What a person has chosen.
///
/// # Errors
/// Where the database says no.
pub fn preference(conn: &mut Conn, user: Id) -> Result<Preference, Error> {
    Ok(match store::find(conn, user)? {
        Some((digest, due_at)) => Preference { digest, next_digest_at: Some(due_at) },
        None => Preference { digest: Rhythm::AtOnce, next_digest_at: None },
    })
}

/// Forgets what a person who is erased has chosen. It comes before the person is held, as wherever both are.
///
/// # Errors
/// Where the database says no.
pub fn forget(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::delete(conn, user)
}

/// Which of these people have chosen a digest. None of them chooses otherwise until this unit of work ends.
pub(super) fn hold_readers(conn: &mut Conn, people: &[Id]) -> Result<HashSet<Id>, Error> {
    Ok(store::hold_some(conn, people)?.into_iter().collect())
}

/// Sends the digests that are due, a bounded number of people at a time; returns to how many people one was due.
///
/// # Errors
/// Where the database says no.
pub async fn work_off(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let (mut done, now) = (0, desk.now);
    while db.read(move |conn| store::any_due(conn, now)).await? {
        let this = desk.clone();
        match db.write(move |conn| this.send_digests(conn, PEOPLE)).await {
            // Another process has them in hand.
            Ok(0) => break,
            Ok(people) => done += people,
            Err(error) => {
                tracing::warn!(%error, "could not send digests together; now one by one");
                done += one_by_one(db, desk).await?;
            }
        }
    }
    Ok(done)
}

/// Sends the digests that are due each by itself. One that fails is tried again an hour later and keeps none of the others.
async fn one_by_one(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let (mut done, now) = (0, desk.now);
    for _ in 0..PEOPLE {
        let Some(first) = db.read(move |conn| store::first_due(conn, now)).await? else { break };
        let this = desk.clone();
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

impl Desk {
    /// Somebody chooses how often.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn choose_rhythm(&self, conn: &mut Conn, user: Id, rhythm: Rhythm) -> Result<(), Error> {
        let before = store::hold(conn, user)?;
        match rules::next_due(rhythm, self.now, self.settings.digest_hour) {
            Some(_) if before == Some(rhythm) => Ok(()),
            Some(due_at) => store::put(conn, user, rhythm, due_at),
            None if before.is_none() => Ok(()),
            None => {
                self.name_what_waits(conn, &[user])?;
                store::delete(conn, user)
            }
        }
    }

    /// Sends digests to some of those to whom one is due; how many they are.
    fn send_digests(&self, conn: &mut Conn, most: i64) -> Result<usize, Error> {
        let due = store::hold_due(conn, self.now, most)?;
        for rhythm in [Rhythm::Daily, Rhythm::Weekly] {
            let people: Vec<Id> = due.iter().filter(|(_, own)| *own == rhythm).map(|(user, _)| *user).collect();
            if let Some(due_at) = rules::next_due(rhythm, self.now, self.settings.digest_hour) {
                store::set_due(conn, &people, due_at)?;
            }
        }
        let people: Vec<Id> = due.into_iter().map(|(user, _)| user).collect();
        self.name_what_waits(conn, &people)?;
        Ok(people.len())
    }

    /// Writes one mail to each of these people for whom something waits. They are held.
    fn name_what_waits(&self, conn: &mut Conn, people: &[Id]) -> Result<(), Error> {
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
            let content = self.outbox.letters().digest(&to, entries, &self.mail_tokens.of(id))?;
            mails.push(OwnMail { id, user_id: reader.id, to, content });
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
