//! Bounces and complaints: reports about mails come in, are parsed, and are counted against the address of the mail.
//!
//! Reports arrive by three ways, which all end in [`Bounces::take`]: a listener to which a mail server hands reports
//! (`listener`, LMTP or SMTP), a mailbox that is polled (`mailbox`, IMAP), and a request of a mail service (`routes`).
//! `report` parses them, as pure functions.
//!
//! Anybody can write a report, so its content is not trusted. The mail that it is about is identified by the return
//! path, which only the portal and the recipient know ([`ReturnPaths`]). The Message-ID identifies it too, but readers
//! quote it to others: it is accepted only where mails have no return paths ([`Provenance::Trusted`]), and where the report
//! names the very address of the mail. Reports that are forged, repeated or about no mail of the portal change nothing.
//!
//! A report is counted once per mail, in one unit of work (`mail::bounce_records`), and `rules` decide how far it
//! reaches: against the address if the mail was written to its current holder, else at the mail alone. Only a report
//! that an address is dead brings the contact back to "to confirm" (`Event::Bounce`). A mailbox that is full gets no
//! announcements for a while. If the mail itself or the route is to blame, the address is not charged: the delivery
//! records it, and an announcement with many such reports halts (`announcements::scheduler`). Reports that are not
//! understood are stored for the Secretariat (`mail::bounce_records::unread`). A person who complains of an
//! announcement is unsubscribed from its topic only; one who complains of an official notice, which has no topic, gets
//! no announcements any more, like a dead address. Mail that a person requests, like a link for a new password, is sent
//! all the same, and `/me` warns. The count of an address is reset once a link shows that its mail is read.
//!
//! Left out: POP3, the formats of single mail services beyond the message itself, and probes.

mod figures;
pub mod listener;
pub mod mailbox;
pub mod pages;
pub mod report;
pub mod routes;
mod rules;
pub mod session;
mod sources;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub use sources::BounceSources;
pub use types::UnreadPage;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::appointments::Event;
use crate::audit::{self, Trace};
use crate::background::Runner;
use crate::config;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::events::Kind;
use crate::http::to_the_end;
use crate::identity;
use crate::jobs;
use crate::life_cycle::{LifeCycle, Transition};
use crate::mail::bounce_records::unread::{self, NewUnread, UnreadReport, UnreadText};
use crate::mail::bounce_records::{self, BounceEffect, Bounced, Reported};
use crate::mail::consent::{self, EVERY_TOPIC};
use crate::mail::{BounceKind, ReturnPaths};
use crate::privacy;
use crate::secrets::{fingerprint, fingerprint_of};
use crate::service::{Foundation, Service, UnitOfWork};
use figures::Figures;
use report::{Gist, Reading, Report};

/// Messages that are parsed at the same time.
const READERS: usize = 2;

/// How a message was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// At the return path of this mail.
    ReturnPath(Id),
    /// By a way in which mails have no return paths: the Message-ID is accepted.
    Trusted,
    /// From an unknown source.
    Anybody,
}

/// The outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// It was counted.
    Counted,
    /// A report about a mail that has one already, or about no mail of the portal.
    OfNothing,
    /// A report that does not count; the code says why.
    Nothing(&'static str),
    /// It was not understood.
    Unknown,
}

impl ReportOutcome {
    /// Its code in answers and logs.
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

/// Reports about mails. Cloning is cheap.
#[derive(Clone)]
pub struct Bounces(Arc<Inner>);

struct Inner {
    foundation: Foundation,
    life_cycle: LifeCycle,
    paths: Option<ReturnPaths>,
    /// The domain of the portal's Message-IDs.
    domain: String,
    threshold: i32,
    /// How long after a mail was sent reports about it count.
    longest: Duration,
    token: SecretString,
    readers: Arc<Semaphore>,
    /// Runs the polls of the mailbox.
    runner: Runner,
    figures: Figures,
}

impl Service for Bounces {
    fn foundation(&self) -> &Foundation {
        &self.0.foundation
    }
}

impl Bounces {
    /// The service.
    ///
    /// # Errors
    /// If the configured address of the sender is invalid.
    pub fn new(
        settings: &config::Settings,
        foundation: Foundation,
        life_cycle: LifeCycle,
        paths: Option<ReturnPaths>,
        runner: Runner,
    ) -> Result<Self, Error> {
        let domain = settings.sender().or_internal()?.email.domain().to_owned();
        let (threshold, token) = (settings.mail.bounce_threshold, settings.bounces.token.clone());
        let longest = rules::longest(Duration::from_secs(settings.mail.give_up_hours.saturating_mul(3_600)));
        let readers = Arc::new(Semaphore::new(READERS));
        Ok(Self(Arc::new(Inner {
            foundation,
            life_cycle,
            paths,
            domain,
            threshold,
            longest,
            token,
            readers,
            runner,
            figures: Figures::default(),
        })))
    }

    /// The mail whose return path an address is.
    #[must_use]
    pub fn return_path(&self, address: &str) -> Option<Id> {
        self.0.paths.as_ref()?.mail(address)
    }

    /// How far to trust a report that did not arrive at a return path: in a mailbox, or from a mail service, to both of
    /// which anybody can write. If mails have no return paths, only the Message-ID can identify the mail.
    #[must_use]
    pub fn via_elsewhere(&self) -> Provenance {
        if self.0.paths.is_none() { Provenance::Trusted } else { Provenance::Anybody }
    }

    /// Checks the token of a mail service that sends reports by HTTP. If none is configured, no token is valid.
    ///
    /// # Errors
    /// 401.
    pub fn check_token(&self, token: &str) -> Result<(), Error> {
        let configured = self.0.token.expose_secret();
        // Hashes are compared: the time of the comparison reveals nothing about the token.
        if configured.is_empty() || fingerprint(token) != fingerprint(configured) {
            return Err(Error::unauthenticated(ProblemCode::TokenInvalid).with("token", "configured"));
        }
        Ok(())
    }

    /// A page of the reports that were not understood, the newest first, after `after`.
    pub async fn not_understood(&self, after: Option<Id>, limit: i64) -> Result<UnreadPage, Error> {
        let now = self.0.foundation.clock.now();
        let read = self.read(move |conn| {
            Ok((unread::page(conn, after, limit)?, unread::count(conn)?, unread::left_out(conn, now)?))
        });
        let (rows, total, left_out) = read.await?;
        Ok(UnreadPage { rows: rows.into_iter().map(UnreadReport::shown).collect(), total, left_out })
    }

    /// The text of a report that was not understood.
    ///
    /// # Errors
    /// 404.
    pub async fn not_understood_text(&self, id: Id) -> Result<UnreadText, Error> {
        self.read(move |conn| unread::text(conn, id)).await.map(UnreadText::shown)
    }

    /// Parses a message, and counts it if it is a report about a mail of the portal. A message that ends each process
    /// that parses it is set aside as not understood. Work that has begun is finished even if the sender has
    /// disconnected.
    ///
    /// # Errors
    /// 503 if the database is unreachable; the sender may send it again.
    pub async fn take(&self, message: Vec<u8>, via: Provenance) -> Result<ReportOutcome, Error> {
        // Before the work begins: the message of a sender who disconnects while it waits is dropped.
        let reader = Arc::clone(&self.0.readers).acquire_owned().await.or_internal()?;
        let bounces = self.clone();
        to_the_end(async move {
            let (db, now) = (bounces.0.foundation.db.clone(), bounces.0.foundation.clock.now());
            let known = fingerprint_of(&message);
            let subject = known.first_chunk().map(|bytes| Id::from_bytes(*bytes));
            let work = bounces.process(reader, message, known, via);
            let outcome = jobs::guarded(&db, now, "report", subject, work).await?;
            // Set aside: the sender need not send it again.
            let outcome = outcome.unwrap_or(ReportOutcome::Unknown);
            bounces.0.figures.took(outcome, via);
            Ok(outcome)
        })
        .await
    }

    async fn process(
        &self,
        reader: OwnedSemaphorePermit,
        message: Vec<u8>,
        fingerprint: Vec<u8>,
        via: Provenance,
    ) -> Result<ReportOutcome, Error> {
        let paths = self.0.paths.clone();
        // Parsing a large message takes a while, and a message on which the parser panics is not understood.
        let read = tokio::task::spawn_blocking(move || {
            let _until_read = reader;
            let named = match (via, paths) {
                (Provenance::ReturnPath(mail), _) => Some(mail),
                (_, Some(paths)) => report::texts(&message).iter().find_map(|text| paths.find(text)),
                (_, None) => None,
            };
            match report::read(&message) {
                Reading::Unknown => Err((report::gist(&message), named)),
                reading => Ok((reading, named)),
            }
        });
        let (reading, named) = match read.await {
            Ok(Ok(read)) => read,
            Ok(Err((gist, named))) => return self.store_unread(fingerprint, gist, named).await,
            Err(_panic) => return Ok(ReportOutcome::Unknown),
        };
        let report = match reading {
            Reading::Report(report) => report,
            Reading::Nothing(nothing) => return Ok(ReportOutcome::Nothing(nothing.as_str())),
            Reading::Unknown => return Ok(ReportOutcome::Unknown),
        };
        let trusted = via == Provenance::Trusted;
        let id =
            named.or_else(|| report.message_id.as_deref().filter(|_| trusted).and_then(|id| self.of_message_id(id)));
        let Some(id) = id else { return Ok(ReportOutcome::OfNothing) };
        let by_path = named.is_some();
        let counted = self.write(Trace::default(), move |unit, conn| unit.apply(conn, id, by_path, &report)).await?;
        Ok(if counted { ReportOutcome::Counted } else { ReportOutcome::OfNothing })
    }

    /// Stores a message that was not understood, for the Secretariat to read.
    async fn store_unread(
        &self,
        fingerprint: Vec<u8>,
        gist: Gist,
        mail_id: Option<Id>,
    ) -> Result<ReportOutcome, Error> {
        let now = self.0.foundation.clock.now();
        let mut id = *Id::first_of(now).as_bytes();
        // The time, then the beginning of the fingerprint.
        for (byte, print) in id.iter_mut().skip(6).zip(&fingerprint) {
            *byte = *print;
        }
        let Gist { from: sender, subject, text: body } = gist;
        let id = Id::from_bytes(id);
        let unread = NewUnread { id, fingerprint, received_at: now, mail_id, sender, subject, body };
        if self.write(Trace::default(), move |_, conn| unread::keep(conn, &unread)).await? == Some(1) {
            tracing::warn!("more reports are not understood than are kept; how many today, their list says");
        }
        Ok(ReportOutcome::Unknown)
    }

    /// The mail of the portal with this Message-ID.
    fn of_message_id(&self, message_id: &str) -> Option<Id> {
        let (id, domain) = message_id.rsplit_once('@')?;
        domain.eq_ignore_ascii_case(&self.0.domain).then(|| id.parse().ok()).flatten()
    }
}

impl UnitOfWork<Bounces> {
    fn life_cycle(&self) -> UnitOfWork<LifeCycle> {
        self.of(&self.service.0.life_cycle)
    }

    /// Counts a report with everything that follows from it; returns whether it counted. Locks are taken in the same
    /// order everywhere: the person, the person's organisations and appointments, the mail.
    fn apply(&self, conn: &mut Conn, id: Id, by_path: bool, report: &Report) -> Result<bool, Error> {
        let Some(mail) = bounce_records::find(conn, id)? else { return Ok(false) };
        if rules::is_too_old(&mail, self.service.0.longest, self.now) {
            return Ok(false);
        }
        let named = report.recipient.as_deref().map(str::to_lowercase);
        if !by_path && named.as_ref() != Some(&mail.address_key()) {
            return Ok(false);
        }
        let life_cycle = self.life_cycle();
        let owner = privacy::holder(conn, &mail.address_key())?.map(|holder| holder.user);
        let contacts = match owner.filter(|_| report.kind != BounceKind::Complaint) {
            Some(owner) => life_cycle.hold_contacts_of(conn, owner)?,
            None => Vec::new(),
        };
        if let Some(owner) = owner {
            identity::lock_user(conn, owner)?;
        }
        // A second time: the address may have got another holder before the first one was locked.
        let holder = privacy::holder(conn, &mail.address_key())?.filter(|holder| Some(holder.user) == owner);
        let reaches_holder = rules::reaches_holder(&mail, report, holder.as_ref());
        let Report { kind, cause, status, diagnostic, .. } = report.clone();
        let reported = Reported { kind, cause, status, diagnostic };
        let counted = if reaches_holder {
            bounce_records::count(conn, &mail, &reported, self.service.0.threshold, self.now)?
        } else {
            bounce_records::note(conn, &mail, &reported, self.now)?
        };
        match counted {
            BounceEffect::Before => return Ok(false),
            BounceEffect::Noted => {}
            BounceEffect::Full => self.record_suppression(conn, owner, kind)?,
            BounceEffect::Dead => {
                for row in contacts {
                    life_cycle.carry_out(conn, &row, Transition::timed(Event::Bounce))?;
                }
                self.record_suppression(conn, owner, kind)?;
            }
            BounceEffect::Unwanted => self.unsubscribe(conn, owner, &mail)?,
        }
        let data = json!({
            "mail": mail.id, "announcement": mail.announcement, "kind": kind, "cause": cause, "status": report.status,
        });
        self.events.emit(conn, Kind::MailBounced, data)?;
        bounce_records::tally(conn, &mail, &reported)?;
        Ok(true)
    }

    /// Unsubscribes a person who complained from the topic of the mail. An official notice has no topic, and an address
    /// without an account no subscriptions: then the address is suppressed.
    fn unsubscribe(&self, conn: &mut Conn, owner: Option<Id>, mail: &Bounced) -> Result<(), Error> {
        let topic = mail.topic.as_deref().filter(|topic| *topic != EVERY_TOPIC);
        let Some((owner, topic)) = owner.zip(topic) else {
            bounce_records::spare(conn, mail, self.now)?;
            return self.record_suppression(conn, owner, BounceKind::Complaint);
        };
        if !consent::opt_out(conn, owner, topic, self.now)? {
            return Ok(());
        }
        let entry = audit::Entry::anonymous(audit::Event::SubscriptionsChanged, Some(owner));
        self.audit.record(conn, &self.trace, &entry.with(json!({"kind": BounceKind::Complaint})))
    }

    fn record_suppression(&self, conn: &mut Conn, owner: Option<Id>, kind: BounceKind) -> Result<(), Error> {
        let entry = audit::Entry::anonymous(audit::Event::AddressSuppressed, owner).with(json!({"kind": kind}));
        self.audit.record(conn, &self.trace, &entry)
    }
}
