//! Mail: an outbox in the database and a sender that empties it.
//!
//! A feature writes a mail in the transaction that causes it ([`Outbox::post`], [`Outbox::post_batch`]) and rings the bell
//! once that is kept. No request ever talks SMTP, so a relay that is down costs nobody an answer, and a registration takes
//! the same time whether or not it causes a mail.
//!
//! - `letter` what a mail says, from the catalogues and the layout; `markdown` for what authors write
//! - `address` what we take as an e-mail address
//! - `batches` the mails of one announcement together; `consent` who is not to be written to; `claims` what is
//!   taken to be sent
//! - `store` the outbox's SQL; `rules` when to try again
//! - `token` what stands for a mail in links; `return_path` the address that reports about it go to, `bounced` what these do to
//!   a mail and its address (`crate::bounces` hears and reads them); `template` what a text says of its reader alone
//! - `sender` claims mails and hands them out at the `pace` that is set; `courier` one connection; `smtp` the conversation;
//!   `breaker` what is known of the relay; `clerk` writes down what became of mails, `journal` what it has not yet
//! - `message` the bytes; `dkim` signs them
//!
//! Left out: delivery to mail exchangers (a relay does that), attachments, pictures that tell who reads.

pub mod address;
pub mod batches;
pub mod bounced;
mod breaker;
mod claims;
mod clerk;
pub mod consent;
mod courier;
mod dkim;
mod job;
mod journal;
mod letter;
pub mod markdown;
mod message;
mod options;
pub mod pace;
mod return_path;
mod rules;
mod sender;
mod smtp;
mod store;
mod suspect;
pub mod template;
mod token;
mod types;
mod unverified;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

pub use address::EmailAddress;
pub use courier::Transport;
pub use dkim::records as dkim_records;
pub use letter::{Content, DigestEntry, Letter, Letters, Notice};
pub use message::body_of;
pub use options::Options;
pub use return_path::ReturnPaths;
pub use sender::Sender;
pub use smtp::Relay;
pub use token::MailTokens;
pub use types::{
    BatchMail, BounceKind, Counts, DeliveryState, Lane, MailState, MailStatus, Merge, NewMail, Outcome, OwnMail,
    SendResult, SkipReason,
};

use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::random::Random;
use crate::time::Clock;

/// The kind of mails that carry an announcement each; their batch has its id.
pub const ANNOUNCEMENT: &str = "announcement";

/// The announcement that mails of this kind and batch carry, where they carry one.
fn announcement_of(kind: &str, batch: Option<Id>) -> Option<Id> {
    batch.filter(|_| kind == ANNOUNCEMENT)
}

/// Wakes the sender of this process; other processes find the mail when they next look.
#[derive(Clone, Debug, Default)]
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

impl Recipient {
    /// Whoever reads the mail of an address that nobody has verified: without a name, since a stranger typed it.
    #[must_use]
    pub fn unverified(address: &EmailAddress, language: Language) -> Self {
        Self { address: address.as_str().to_owned(), name: String::new(), language }
    }
}

/// Where features put their mail. Cloning is cheap.
#[derive(Clone)]
pub struct Outbox {
    letters: Letters,
    clock: Clock,
    random: Random,
    bell: Bell,
    give_up: Duration,
    mask: consent::AddressMask,
}

impl Outbox {
    /// An outbox whose announcements are tried for `give_up`, and that remembers addresses by this mask.
    #[must_use]
    pub fn new(
        letters: Letters,
        clock: Clock,
        random: Random,
        bell: Bell,
        give_up: Duration,
        mask: consent::AddressMask,
    ) -> Self {
        Self { letters, clock, random, bell, give_up, mask }
    }

    /// Writes a system mail that is of use for `life`, in the transaction of `conn`.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post(&self, conn: &mut Conn, to: &Recipient, letter: &Letter, life: Duration) -> Result<(), Error> {
        let content = self.letters.write(to.language, letter)?;
        self.enqueue(conn, to, letter.kind, &content, life, None)
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
        self.enqueue(conn, to, letter.kind, &content, life, None)
    }

    /// Writes a system mail that takes the place of any about the same that waits still: of two links for one thing, the
    /// newer alone is sent.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_newest(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        letter: &Letter,
        life: Duration,
        about: String,
    ) -> Result<(), Error> {
        let content = self.letters.write(to.language, letter)?;
        store::supersede(conn, &about)?;
        self.enqueue(conn, to, letter.kind, &content, life, Some(about))
    }

    fn enqueue(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        kind: &'static str,
        content: &Content,
        life: Duration,
        about: Option<String>,
    ) -> Result<(), Error> {
        // What we say ourselves is in a language that has a catalogue.
        let language = to.language.catalogue();
        let mail = NewMail { language, about, ..self.single(conn, to, kind, content, life)? };
        store::insert(conn, &[mail], self.clock.now())
    }

    fn single(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        kind: &'static str,
        content: &Content,
        life: Duration,
    ) -> Result<NewMail, Error> {
        let now = self.clock.now();
        let content_id = self.store_content(conn, content)?;
        let to_name = if unverified::is_for_anybody(kind) { String::new() } else { to.name.clone() };
        Ok(NewMail {
            id: Id::new(now, &self.random),
            kind,
            batch: None,
            lane: Lane::Transactional,
            user_id: None,
            to_address: to.address.clone(),
            to_name,
            language: to.language,
            preferred: None,
            content_id,
            merge: None,
            skip: None,
            about: None,
            expires_at: now.plus(life),
        })
    }

    /// Writes what readers of a batch would get to somebody who looks at it first.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_copy(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        kind: &'static str,
        content: &Content,
        merge: Merge,
        life: Duration,
    ) -> Result<(), Error> {
        let mail = NewMail { merge: Some(merge), ..self.single(conn, to, kind, content, life)? };
        store::insert(conn, &[mail], self.clock.now())
    }

    /// Stores what many mails of a batch will say; returns its id.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn store_content(&self, conn: &mut Conn, content: &Content) -> Result<Id, Error> {
        let id = self.new_id();
        store::insert_contents(conn, &[(id, content.clone())], self.clock.now())?;
        Ok(id)
    }

    /// Writes mails of a batch, each with its content's id, those that are to be skipped too; returns their ids in the same
    /// order.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_batch(
        &self,
        conn: &mut Conn,
        batch: Id,
        kind: &'static str,
        mails: Vec<BatchMail>,
    ) -> Result<Vec<Id>, Error> {
        let now = self.clock.now();
        let expires_at = now.plus(self.give_up);
        let mails: Vec<NewMail> = mails
            .into_iter()
            .map(|mail| NewMail {
                id: Id::new(now, &self.random),
                kind,
                batch: Some(batch),
                lane: Lane::Bulk,
                user_id: Some(mail.user_id),
                preferred: (mail.preferred != mail.to.language).then_some(mail.preferred),
                to_address: mail.to.address,
                to_name: mail.to.name,
                language: mail.to.language,
                content_id: mail.content_id,
                merge: Some(mail.merge),
                skip: mail.skip,
                about: None,
                expires_at,
            })
            .collect();
        self.insert_batch(conn, batch, &mails)?;
        Ok(mails.into_iter().map(|mail| mail.id).collect())
    }

    /// Writes mails of a batch that each say something else. Their ids come from [`Outbox::new_id`], since links in them are
    /// made of these.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn post_own(&self, conn: &mut Conn, batch: Id, kind: &'static str, mails: Vec<OwnMail>) -> Result<(), Error> {
        let now = self.clock.now();
        let expires_at = now.plus(self.give_up);
        let (mut contents, mut rows) = (Vec::with_capacity(mails.len()), Vec::with_capacity(mails.len()));
        for mail in mails {
            let content_id = self.new_id();
            contents.push((content_id, mail.content));
            rows.push(NewMail {
                id: mail.id,
                kind,
                batch: Some(batch),
                lane: Lane::Bulk,
                user_id: Some(mail.user_id),
                preferred: None,
                to_address: mail.to.address,
                to_name: mail.to.name,
                language: mail.to.language.catalogue(),
                content_id,
                merge: None,
                skip: None,
                about: None,
                expires_at,
            });
        }
        store::insert_contents(conn, &contents, now)?;
        self.insert_batch(conn, batch, &rows)
    }

    fn insert_batch(&self, conn: &mut Conn, batch: Id, mails: &[NewMail]) -> Result<(), Error> {
        store::insert(conn, mails, self.clock.now())?;
        let count = |skipped| i64::try_from(mails.iter().filter(|mail| mail.skip.is_some() == skipped).count());
        let (skipped, others) = (count(true).or_internal()?, count(false).or_internal()?);
        let tally = batches::Tally { total: skipped + others, skipped, ..batches::Tally::default() };
        batches::tally(conn, &[(batch, tally)].into())
    }

    /// The id of a mail, or of a batch, that is about to be written.
    #[must_use]
    pub fn new_id(&self) -> Id {
        Id::new(self.clock.now(), &self.random)
    }

    /// Puts mails of a batch that had failed back, up to `most`; how many.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn retry_failed(&self, conn: &mut Conn, batch: Id, most: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        batches::retry_failed(conn, batch, now.plus(self.give_up), now, most)
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

/// Takes back mails of batches that have not left, since their reader is erased.
///
/// # Errors
/// Where the database says no.
pub fn cancel(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    store::cancel(conn, ids)
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
    store::page(conn, batch, state, after, limit)
}
