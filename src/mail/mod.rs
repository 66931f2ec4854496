//! Mail: an outbox in the database and a sender that empties it.
//!
//! A feature writes a mail in the transaction that causes it ([`Outbox::post`], [`Outbox::post_batch`]) and rings the bell
//! once that is kept. No request ever talks SMTP, so a relay that is down costs nobody an answer, and a registration takes
//! the same time whether or not it causes a mail.
//!
//! - `letter` what a mail says, from the catalogues and the layout; `markdown` for what authors write
//! - `address` what we take as an e-mail address
//! - `store` the outbox's SQL; `rules` when to try again
//! - `sender` claims mails and writes down what became of them; `courier` one connection; `smtp` the conversation;
//!   `message` the bytes
//!
//! Left out: delivery to mail exchangers (a relay does that), DKIM, bounces, pipelining.

pub mod address;
mod courier;
mod letter;
pub mod markdown;
mod message;
mod rules;
mod sender;
mod smtp;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

pub use address::EmailAddress;
pub use courier::Transport;
pub use letter::{Content, Letter, Letters};
pub use sender::{Options, Sender};
pub use smtp::Relay;
pub use types::{Counts, DeliveryState, Lane, MailState, MailStatus, NewMail, Outcome, SendResult};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::random::Random;
use crate::time::Clock;

/// Wakes the sender of this process; other processes find the mail when they next look.
#[derive(Clone, Default)]
pub struct Bell(Arc<[Notify; 2]>);

impl Bell {
    /// There is mail in the outbox.
    pub fn ring(&self) {
        self.0.iter().for_each(Notify::notify_one);
    }

    async fn rung(&self, lane: Lane) {
        let [transactional, bulk] = &*self.0;
        match lane {
            Lane::Transactional => transactional.notified().await,
            Lane::Bulk => bulk.notified().await,
        }
    }
}

/// Whom a mail goes to.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The name beside it.
    pub name: String,
    /// The language to write in.
    pub language: Language,
}

/// Where features put their mail. Cloning is cheap.
#[derive(Clone)]
pub struct Outbox {
    letters: Letters,
    clock: Clock,
    random: Random,
    bell: Bell,
    give_up: Duration,
}

impl Outbox {
    /// An outbox whose announcements are tried for `give_up`.
    #[must_use]
    pub fn new(letters: Letters, clock: Clock, random: Random, bell: Bell, give_up: Duration) -> Self {
        Self { letters, clock, random, bell, give_up }
    }

    /// Writes a system mail that is of use for `life`, in the transaction of `conn`.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post(&self, conn: &mut Conn, to: &Recipient, letter: &Letter, life: Duration) -> Result<(), Error> {
        let content = self.letters.write(to.language, letter)?;
        self.enqueue(conn, to, letter.kind, &content, life)
    }

    /// The same in English and French in one mail, for somebody whose language nobody knows.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_bilingual(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        letter: &Letter,
        life: Duration,
    ) -> Result<(), Error> {
        let content = self.letters.write_bilingual([Language::En, Language::Fr], letter)?;
        self.enqueue(conn, to, letter.kind, &content, life)
    }

    fn enqueue(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        kind: &'static str,
        content: &Content,
        life: Duration,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let content_id = Id::new(now, &self.random);
        store::insert_content(conn, content_id, content, now)?;
        let mail = NewMail {
            id: Id::new(now, &self.random),
            kind,
            batch: None,
            lane: Lane::Transactional,
            to_address: to.address.clone(),
            to_name: to.name.clone(),
            language: to.language,
            content_id,
            expires_at: now.plus(life),
        };
        store::insert(conn, &[mail], now)
    }

    /// Stores what many mails of a batch will say; returns its id.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn store_content(&self, conn: &mut Conn, content: &Content) -> Result<Id, Error> {
        let (id, now) = (Id::new(self.clock.now(), &self.random), self.clock.now());
        store::insert_content(conn, id, content, now)?;
        Ok(id)
    }

    /// Writes the mails of a batch, each with its content's id; returns their ids in the same order.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_batch(
        &self,
        conn: &mut Conn,
        batch: Id,
        kind: &'static str,
        recipients: Vec<(Recipient, Id)>,
    ) -> Result<Vec<Id>, Error> {
        let now = self.clock.now();
        let expires_at = now.plus(self.give_up);
        let mails: Vec<NewMail> = recipients
            .into_iter()
            .map(|(to, content_id)| NewMail {
                id: Id::new(now, &self.random),
                kind,
                batch: Some(batch),
                lane: Lane::Bulk,
                to_address: to.address,
                to_name: to.name,
                language: to.language,
                content_id,
                expires_at,
            })
            .collect();
        store::insert(conn, &mails, now)?;
        Ok(mails.into_iter().map(|mail| mail.id).collect())
    }

    /// Tells the sender, once the transaction is kept.
    pub fn ring(&self) {
        self.bell.ring();
    }

    /// Who writes the letters, for previews.
    #[must_use]
    pub fn letters(&self) -> &Letters {
        &self.letters
    }
}

/// Deletes some of the portal's own mails that were done with before `bound`; those of announcements stay to be counted.
/// Returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: crate::time::Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}

/// How many mails of a batch stand where.
///
/// # Errors
/// Where the database says no.
pub fn counts(conn: &mut Conn, batch: Id) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    for (state, tried, count) in store::count_by_state(conn, batch)? {
        counts.total += count;
        match (state, tried) {
            (MailState::Sent, _) => counts.sent += count,
            (MailState::Failed, _) => counts.failed += count,
            (MailState::Pending | MailState::Leased, true) => counts.deferred += count,
            (MailState::Pending | MailState::Leased, false) => counts.pending += count,
        }
    }
    Ok(counts)
}

/// A page of a batch's mails, all or those in one state, after the mail `after`.
///
/// # Errors
/// Where the database says no.
pub fn page(
    conn: &mut Conn,
    batch: Id,
    state: Option<DeliveryState>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<MailStatus>, Error> {
    let (states, tried): (&[MailState], _) = match state {
        None => (&[], None),
        Some(DeliveryState::Pending) => (&[MailState::Pending, MailState::Leased], Some(false)),
        Some(DeliveryState::Deferred) => (&[MailState::Pending, MailState::Leased], Some(true)),
        Some(DeliveryState::Sent) => (&[MailState::Sent], None),
        Some(DeliveryState::Failed) => (&[MailState::Failed], None),
    };
    store::page(conn, batch, states, tried, after, limit)
}
