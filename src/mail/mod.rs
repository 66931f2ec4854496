//! Mail: an outbox in the database and a sender that empties it.
//!
//! A feature writes a mail in the transaction that causes it ([`Outbox::post`], [`Outbox::post_batch`]); after the
//! commit the sender is woken (`db::wakeups`). No request waits for SMTP, so answers do not depend on the relay, and a
//! registration takes the same time whether or not it causes a mail.
//!
//! - `system_mail` a mail of the portal itself, which features declare; `arguments` its values; `audience` its readers
//! - `content` the content of a mail; `email_templates` renders it, from the catalogues and the layout; `markdown`
//!   converts the texts of authors
//! - `address` e-mail addresses
//! - `batches` the mails of one announcement together; `consent` unsubscribed topics and suppressed addresses; `claims`
//!   leases mails for sending; `priority` the two queues
//! - `store` the outbox's SQL; `rules` times of retries
//! - `signed_mail_id` the token of a mail in links; `return_path` the address to which bounces are sent;
//!   `bounce_records` the effect of bounces on a mail and its address (`crate::bounces` receives and parses them);
//!   `template` placeholders in texts
//! - `personal_data` exports and erases
//! - `sender` claims mails and hands them out at the configured rate (`sending_rate`), over several connections; `smtp`
//!   the conversation; `transport` the connections to the relay; `circuit_breaker` the state of the relay;
//!   `result_writer` writes the results, `journal` those not yet written; `signals` wake it
//! - `figures` for `/metrics`
//! - `message` the bytes, `encoding` those of its parts; `dkim` signs them
//!
//! Left out: delivery to mail exchangers (a relay does that), attachments, tracking pixels.

pub mod address;
mod arguments;
mod audience;
pub mod batches;
pub mod bounce_records;
mod circuit_breaker;
mod claims;
pub mod consent;
mod content;
mod dkim;
mod email_templates;
mod encoding;
mod figures;
mod job;
mod journal;
pub mod markdown;
mod message;
mod options;
mod personal_data;
mod priority;
mod result_writer;
mod return_path;
mod rules;
mod sender;
pub mod sending_rate;
mod signals;
mod signed_mail_id;
mod size;
mod smtp;
mod store;
mod suspect;
mod system_mail;
pub mod template;
mod transport;
mod types;

use std::time::Duration;

pub use address::EmailAddress;
#[cfg(test)]
pub(crate) use arguments::Combination;
pub use arguments::{Administration, Argument, Author, Fact, Facts, Quote, Values};
pub use audience::Audience;
pub use bounce_records::unread::UnreadCopies;
pub use content::{Content, WrittenMail};
pub use dkim::records as dkim_records;
pub use email_templates::{DigestEntry, EmailRenderer, Notice};
pub use figures::states;
pub use message::{body_of, size_of};
pub use options::Options;
pub use personal_data::{PersonalRecords, erase_about, erase_reader, forget_readers};
pub use return_path::ReturnPaths;
pub use sender::Sender;
pub use signed_mail_id::MailTokens;
pub use size::{MailSize, SizeWarning};
pub use system_mail::SystemMail;
pub use transport::{MailFiles, Transport, try_relay};
pub use types::{
    BatchMail, BounceCause, BounceKind, Counts, DeliveryState, MailState, MailStatus, Merge, NewMail, Outcome, OwnMail,
    Priority, SendResult, SkipReason,
};

use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// The kind of mails that carry one announcement each; their batch has its id.
pub const ANNOUNCEMENT: &str = "announcement";
/// The kind of mails that name several announcements; each has a content of its own ([`Outbox::post_own`]).
pub const DIGEST: &str = "digest";

/// The announcement that mails of this kind and batch carry, if they carry one.
fn announcement_of(kind: &str, batch: Option<Id>) -> Option<Id> {
    batch.filter(|_| kind == ANNOUNCEMENT)
}

/// Gives back all leases of senders, none of which is alive: their mails wait again. Returns how many; a mail that was
/// claimed too often is set aside by the next sender instead.
pub fn give_back_leases(conn: &mut Conn) -> Result<usize, Error> {
    // The instant is not looked at, since all are given back.
    claims::reclaim(conn, Timestamp::from_micros(0), true)
}

/// The recipient of a mail.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The account that has the address; none if the address is not verified.
    pub user_id: Option<Id>,
    /// The address.
    pub address: String,
    /// The name of the recipient.
    pub name: String,
    /// The language of the mail.
    pub language: Language,
}

impl Recipient {
    /// The reader of an unverified address: without a name, since a stranger typed it.
    #[must_use]
    pub fn unverified(address: &EmailAddress, language: Language) -> Self {
        Self { user_id: None, address: address.as_str().to_owned(), name: String::new(), language }
    }
}

/// A mail, to whom it goes, and how long it is of use.
pub type Addressed = (Recipient, Box<dyn SystemMail>, Duration);

/// The outbox, into which features write their mail. Cloning is cheap.
#[derive(Clone)]
pub struct Outbox {
    letters: EmailRenderer,
    clock: Clock,
    random: Random,
    give_up: Duration,
    mask: consent::AddressMask,
}

impl Outbox {
    /// An outbox that tries announcements for `give_up`, and masks addresses with `mask`.
    #[must_use]
    pub fn new(
        letters: EmailRenderer,
        clock: Clock,
        random: Random,
        give_up: Duration,
        mask: consent::AddressMask,
    ) -> Self {
        Self { letters, clock, random, give_up, mask }
    }

    /// Writes a system mail that is of use for `life`, in the transaction of `conn`.
    pub fn post(&self, conn: &mut Conn, to: &Recipient, mail: &dyn SystemMail, life: Duration) -> Result<(), Error> {
        let written = self.letters.write(to, mail)?;
        self.enqueue(conn, to, &written, life, None)
    }

    /// Writes system mails to people whose addresses are verified, with the number of statements for a few. Each is of
    /// use for its time.
    pub fn post_each(&self, conn: &mut Conn, mails: &[Addressed]) -> Result<(), Error> {
        let (mut contents, mut rows) = (Vec::with_capacity(mails.len()), Vec::with_capacity(mails.len()));
        for (to, mail, life) in mails {
            let (written, content_id) = (self.letters.write(to, mail.as_ref())?, self.new_id());
            let row = self.with_content(to, written.kind, content_id, *life);
            contents.push((content_id, written.content));
            rows.push(NewMail { language: to.language.catalogue(), ..row });
        }
        let now = self.clock.now();
        store::insert_contents(conn, &contents, now)?;
        store::insert(conn, &rows, now)
    }

    /// Writes one mail with the text in English and French, for a recipient whose language is not known.
    pub fn post_bilingual(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        mail: &dyn SystemMail,
        life: Duration,
    ) -> Result<(), Error> {
        let written = self.letters.write_bilingual(to, mail)?;
        self.enqueue(conn, to, &written, life, None)
    }

    /// Writes a system mail that replaces any waiting one about the same: of two links for one purpose, only the newer
    /// is sent.
    pub fn post_newest(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        mail: &dyn SystemMail,
        life: Duration,
        about: String,
    ) -> Result<(), Error> {
        let written = self.letters.write(to, mail)?;
        store::supersede(conn, &about)?;
        self.enqueue(conn, to, &written, life, Some(about))
    }

    /// Writes a system mail that was put into words before; `about` is what a later one knows it by that takes its place.
    pub fn enqueue(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        written: &WrittenMail,
        life: Duration,
        about: Option<String>,
    ) -> Result<(), Error> {
        // The portal's own texts are in a language that has a catalogue.
        let language = to.language.catalogue();
        let to_name = if written.audience.is_verified() { to.name.clone() } else { String::new() };
        let mail = self.single(conn, to, written.kind, &written.content, life)?;
        store::insert(conn, &[NewMail { to_name, language, about, ..mail }], self.clock.now())
    }

    fn single(
        &self,
        conn: &mut Conn,
        to: &Recipient,
        kind: &'static str,
        content: &Content,
        life: Duration,
    ) -> Result<NewMail, Error> {
        let content_id = self.store_content(conn, content)?;
        Ok(self.with_content(to, kind, content_id, life))
    }

    /// A mail of the portal itself whose content is stored.
    fn with_content(&self, to: &Recipient, kind: &'static str, content_id: Id, life: Duration) -> NewMail {
        let now = self.clock.now();
        NewMail {
            id: Id::new(now, &self.random),
            kind,
            batch: None,
            lane: Priority::Transactional,
            user_id: to.user_id,
            to_address: to.address.clone(),
            to_name: to.name.clone(),
            language: to.language,
            preferred: None,
            content_id,
            merge: None,
            skip: None,
            about: None,
            expires_at: now.plus(life),
        }
    }

    /// Writes a copy of a batch's mail to a person who checks it first.
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

    /// Stores the content of many mails of a batch; returns its id.
    pub fn store_content(&self, conn: &mut Conn, content: &Content) -> Result<Id, Error> {
        let id = self.new_id();
        store::insert_contents(conn, &[(id, content.clone())], self.clock.now())?;
        Ok(id)
    }

    /// Writes mails of a batch, each with the id of its content, including those that are to be skipped; returns their
    /// ids in the same order.
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
                lane: Priority::Bulk,
                user_id: mail.to.user_id,
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

    /// Writes mails of a batch with a content of their own. Their ids come from [`Outbox::new_id`], since their links
    /// contain them.
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
                lane: Priority::Bulk,
                user_id: mail.to.user_id,
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

    /// The id of a mail, or of a batch, before it is written.
    #[must_use]
    pub fn new_id(&self) -> Id {
        Id::new(self.clock.now(), &self.random)
    }

    /// Resets up to `most` failed mails of a batch; returns how many.
    pub fn retry_failed(&self, conn: &mut Conn, batch: Id, most: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        batches::retry_failed(conn, batch, now.plus(self.give_up), now, most)
    }

    /// The renderer, for previews.
    #[must_use]
    pub fn letters(&self) -> &EmailRenderer {
        &self.letters
    }
}

/// Deletes some of the portal's own mails that were done before `bound`; those of announcements stay, for their
/// counters. Returns how many.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}

/// Cancels up to `most` of the portal's own mails that were written before `bound` and have not left; returns how many.
pub fn cancel_written_before(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    store::cancel_written_before(conn, bound, most)
}

/// Returns all mails that a sender has leased to the outbox, where no sender can have one in hand; returns how many.
pub fn return_leases(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    claims::reclaim(conn, now, true)
}

/// A page of a batch's mails, all or those in one state, after the mail `after`.
pub fn page(
    conn: &mut Conn,
    batch: Id,
    state: Option<DeliveryState>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<MailStatus>, Error> {
    store::page(conn, batch, state, after, limit)
}
