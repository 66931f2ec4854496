//! Bounces and complaints: reports about mails come in, are read, and are counted against the address that the mail
//! went to.
//!
//! Three ways lead in, and all of them to [`Bounces::take`]: a listener that a mail server hands reports to
//! (`listener`, LMTP or SMTP), a mailbox that is looked into (`mailbox`, IMAP), and a request of a mail service
//! (`routes`). `report` reads what came, as pure functions.
//!
//! Anybody can write a report, so nothing in it is believed. Which mail it is about says the return path, which only we
//! and whoever got the mail can know ([`ReturnPaths`]). The Message-ID says it too, but readers quote it to others: it
//! is taken only where mails have no return paths ([`Via::Trusted`]), and where the report names the very address that
//! the mail went to. What is forged, doubled or about nothing of ours changes nothing.
//!
//! What counts is written down in one unit of work, once a mail (`mail::bounced`). Mail to an address that is in vain
//! brings the contact back to "to confirm" (`Event::Bounce`), as long as it is still the person's address. Who complains
//! of an announcement leaves its topic, and no other; who complains of an official notice, which can't be left, gets no
//! announcements any more, like an address that is in vain. What a person asks for is sent all the same, a link for a new
//! password for one, and `/me` warns. Whoever shows that the address is read begins anew.
//!
//! Left out: POP3, the formats of single mail services beyond the message itself, and probes.

mod intakes;
pub mod listener;
pub mod mailbox;
pub mod report;
pub mod routes;
pub mod session;

use std::sync::Arc;

pub use intakes::Intakes;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::appointments::Event;
use crate::audit;
use crate::config;
use crate::db::{Conn, Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::events::Kind;
use crate::identity;
use crate::jobs;
use crate::life_cycle;
use crate::mail::bounced::{self, Bounced, Counted, Reported};
use crate::mail::consent::{self, EVERY_TOPIC};
use crate::mail::{BounceKind, EmailAddress, ReturnPaths};
use crate::secrets::fingerprint_of;
use crate::time::Clock;
use report::{Reading, Report};

/// Messages that are read at the same time.
const READERS: usize = 2;

/// How a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// To the return path of this mail.
    ReturnPath(Id),
    /// Where mails have no return paths: the Message-ID counts.
    Trusted,
    /// From anybody.
    Anybody,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was counted.
    Counted,
    /// It is a report of a mail that something was reported of before, or that is none of ours.
    OfNothing,
    /// It says nothing that counts: see the word.
    Nothing(&'static str),
    /// Nobody here understands it.
    Unknown,
}

impl Taken {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::OfNothing => "of_nothing",
            Self::Nothing(word) => word,
            Self::Unknown => "not_understood",
        }
    }
}

/// Takes reports. Cloning is cheap.
#[derive(Clone)]
pub struct Bounces(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    /// Its time is that of when it was made.
    life_cycle: life_cycle::Desk,
    paths: Option<ReturnPaths>,
    /// The domain of our Message-IDs.
    domain: String,
    threshold: i32,
    token: SecretString,
    readers: Arc<Semaphore>,
}

impl Bounces {
    /// On these parts.
    ///
    /// # Errors
    /// Where the sender's address of the configuration is none.
    pub fn new(
        settings: &config::Settings,
        db: Db,
        clock: Clock,
        life_cycle: life_cycle::Desk,
        paths: Option<ReturnPaths>,
    ) -> Result<Self, Error> {
        let domain = settings.sender().or_internal()?.email.domain().to_owned();
        let (threshold, token) = (settings.mail.bounce_threshold, settings.bounces.token.clone());
        let readers = Arc::new(Semaphore::new(READERS));
        Ok(Self(Arc::new(Inner { db, clock, life_cycle, paths, domain, threshold, token, readers })))
    }

    /// The mail that an address is the return path of.
    #[must_use]
    pub fn return_path(&self, address: &str) -> Option<Id> {
        self.0.paths.as_ref()?.mail(address)
    }

    /// How much a report is worth that was not delivered to a return path, be it in a mailbox, into which anybody can write,
    /// or handed on by a mail service, which anybody can write to: where mails have no return path of their own, the
    /// Message-ID is all there is.
    #[must_use]
    pub fn via_elsewhere(&self) -> Via {
        if self.0.paths.is_none() { Via::Trusted } else { Via::Anybody }
    }

    /// What a mail service brings that sends reports by HTTP; nobody may where it is empty.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.0.token
    }

    /// Reads a message, and counts it where it is a report of a mail of ours. One that ends each process that reads it is one that
    /// nobody understands.
    ///
    /// # Errors
    /// Where the database says no; then it may come again.
    pub async fn take(&self, message: Vec<u8>, via: Via) -> Result<Taken, Error> {
        let (db, now, known) = (self.0.db.clone(), self.0.clock.now(), fingerprint_of(&message));
        let subject = known.first_chunk().map(|bytes| Id::from_bytes(*bytes));
        let taken = jobs::guarded(&db, now, "report", subject, self.read(message, via)).await?;
        // Whoever brings it need not bring it again.
        Ok(taken.unwrap_or(Taken::Unknown))
    }

    async fn read(&self, message: Vec<u8>, via: Via) -> Result<Taken, Error> {
        let paths = self.0.paths.clone();
        let reader = Arc::clone(&self.0.readers).acquire_owned().await.or_internal()?;
        // A large message takes a while to read, and one that a reader chokes on is one that nobody understands.
        let read = tokio::task::spawn_blocking(move || {
            let _until_read = reader;
            let named = match (via, paths) {
                (Via::ReturnPath(mail), _) => Some(mail),
                (_, Some(paths)) => report::texts(&message).iter().find_map(|text| paths.find(text)),
                (_, None) => None,
            };
            (report::read(&message), named)
        });
        let Ok((reading, named)) = read.await else { return Ok(Taken::Unknown) };
        let report = match reading {
            Reading::Report(report) => report,
            Reading::Nothing(nothing) => return Ok(Taken::Nothing(nothing.as_str())),
            Reading::Unknown => return Ok(Taken::Unknown),
        };
        let trusted = via == Via::Trusted;
        let id =
            named.or_else(|| report.message_id.as_deref().filter(|_| trusted).and_then(|id| self.of_message_id(id)));
        let Some(id) = id else { return Ok(Taken::OfNothing) };
        let (by_path, taker) = (named.is_some(), self.clone());
        let counted = self.0.db.write(move |conn| taker.apply(conn, id, by_path, &report)).await?;
        if counted {
            self.0.life_cycle.outbox.ring();
            self.0.life_cycle.events.ring();
        }
        Ok(if counted { Taken::Counted } else { Taken::OfNothing })
    }

    /// The mail with this Message-ID.
    fn of_message_id(&self, message_id: &str) -> Option<Id> {
        let (id, domain) = message_id.rsplit_once('@')?;
        domain.eq_ignore_ascii_case(&self.0.domain).then(|| id.parse().ok()).flatten()
    }

    /// Counts a report and everything that follows from it; whether it counted. What is held, is held in the order of
    /// the house: the organisations and appointments of the person, the person, the mail.
    fn apply(&self, conn: &mut Conn, id: Id, by_path: bool, report: &Report) -> Result<bool, Error> {
        let Some(mail) = bounced::find(conn, id)? else { return Ok(false) };
        let named = report.recipient.as_deref().map(str::to_lowercase);
        if !by_path && named.as_ref() != Some(&mail.address_key()) {
            return Ok(false);
        }
        let desk = life_cycle::Desk { now: self.0.clock.now(), ..self.0.life_cycle.clone() };
        // Whose address it is now. Who has another by now has nothing to do with it any more.
        let owner = match EmailAddress::parse(&mail.to_address) {
            Ok(address) => identity::find_user(conn, &address)?.map(|owner| owner.id),
            Err(_none) => None,
        };
        let held = match owner.filter(|_| report.kind != BounceKind::Complaint) {
            Some(owner) => desk.hold_contacts_of(conn, owner)?,
            None => Vec::new(),
        };
        if let Some(owner) = owner {
            identity::hold_user(conn, owner)?;
        }
        let Report { kind, status, diagnostic, .. } = report.clone();
        let counted = bounced::count(conn, &mail, &Reported { kind, status, diagnostic }, self.0.threshold, desk.now)?;
        match counted {
            Counted::Before => return Ok(false),
            Counted::Noted => {}
            Counted::Dead => {
                for row in held {
                    desk.carry_out(conn, &row, life_cycle::Doing::timed(Event::Bounce))?;
                }
                note(conn, &desk, owner, kind)?;
            }
            Counted::Unwanted => spare(conn, &desk, owner, &mail)?,
        }
        let told = json!({"mail": mail.id, "announcement": mail.announcement, "kind": kind, "status": report.status});
        desk.events.tell(conn, Kind::MailBounced, told)?;
        bounced::tally(conn, &mail, kind)?;
        Ok(true)
    }
}

/// Who complains leaves the topic. What is official has none, and nobody else can be asked: then nothing more is announced to
/// the address.
fn spare(conn: &mut Conn, desk: &life_cycle::Desk, owner: Option<Id>, mail: &Bounced) -> Result<(), Error> {
    let topic = mail.topic.as_deref().filter(|topic| *topic != EVERY_TOPIC);
    let Some((owner, topic)) = owner.zip(topic) else {
        bounced::spare(conn, mail, desk.now)?;
        return note(conn, desk, owner, BounceKind::Complaint);
    };
    if !consent::opt_out(conn, owner, topic, desk.now)? {
        return Ok(());
    }
    let entry = audit::Entry::anonymous(audit::Event::SubscriptionsChanged, Some(owner));
    desk.audit.note(conn, &desk.trace, &entry.with(json!({"kind": BounceKind::Complaint})))
}

/// Writes down that an address is suppressed from now on.
fn note(conn: &mut Conn, desk: &life_cycle::Desk, owner: Option<Id>, kind: BounceKind) -> Result<(), Error> {
    let entry = audit::Entry::anonymous(audit::Event::AddressSuppressed, owner).with(json!({"kind": kind}));
    desk.audit.note(conn, &desk.trace, &entry)
}
