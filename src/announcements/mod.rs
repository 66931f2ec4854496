//! Announcements: the Secretariat writes to a part of the community, each reader in the own language.
//!
//! An announcement starts as a draft. A second person approves it where many would get it or anybody may read it. It
//! begins at once or at its time, and can be paused, resumed or cancelled; `state_machine` is the table of its states. When
//! it begins, its recipients are fixed and the mail of each language is rendered once. From then on every recipient has
//! one `delivery` and one mail in the outbox, skipped ones included (recipients = deliveries = mails), and the outbox
//! stores the state of each.
//!
//! [`Announcements`] is the service. Methods of `UnitOfWork<Announcements>` take a connection.
//!
//! - `drafts` creates, changes and deletes drafts; `preview` counts recipients, renders samples and sends tests
//! - `rendering` renders and checks texts outside of units of work
//! - `audience` selects contacts; `addressees` lists them one by one, with the reason where one gets no mail
//! - `campaign` the actions of officers: submit, approve, schedule, send, pause, cancel
//! - `grants` holds announcements whose planner or approver lost the right
//! - `scheduler` the background job: begins in time, fans out, halts on failures, ends; `refusal_rate` halts on returned
//!   mail
//! - `fan_out` turns an audience into mails, in steps; `delivery_report` deliveries, and their deletion
//! - `notifications` who gets a mail about a change of state; `mails` these mails
//! - `digest` one mail about several announcements
//! - `personalization` fills the places of a text for one reader; `personal_data` exports and erases
//! - `read_receipts` read marks, acknowledgements and the page; `feed` the public Atom feed; `text_cache` the cache of rendered
//!   texts
//! - `after_restore` cancels what a restored portal would send a second time
//! - `export` CSV files; `pages` pages for readers, and for the Secretariat that writes
//!
//! Left out: attachments.

mod addressees;
mod after_restore;
mod audience;
pub mod campaign;
mod cause;
pub mod delivery_report;
pub mod digest;
mod drafts;
mod export;
mod fan_out;
pub mod feed;
mod grants;
pub(crate) mod mails;
mod notifications;
pub mod pages;
mod personal_data;
mod personalization;
mod preview;
pub mod read_receipts;
mod refusal_rate;
mod rendering;
pub mod routes;
mod rules;
mod scheduler;
mod state_machine;
mod store;
mod text_cache;
mod types;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use after_restore::cancel_begun_before;
pub use audience::{AdoptedBy, Audience, MAX_LIST, MAX_PARTS};
pub use cause::Cause;
pub use delivery_report::run_due as collapse;
pub use personal_data::PersonalRecords;
pub use personalization::Article;
pub use preview::Review;
pub use rules::{MAX_BODY, MAX_LANGUAGES, MAX_SUBJECT};
pub use scheduler::run_due;
pub use state_machine::Event as AnnouncementEvent;
pub use types::{
    Announcement, AnnouncementEntry, AnnouncementQuery, AnnouncementStatus, Approve, Campaign, Compose, DeliveryQuery,
    GivenReason, Preview, Rendered, Revise, SampleRecipient, Schedule, Test, TestOutcome, Variant,
};

use personalization::UnfilledAnnouncement;
use serde_json::json;
use state_machine::Event;
use text_cache::RenderedTextCache;

use crate::appointments;
use crate::audit::{self, Entry, Trace};
use crate::config;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::heavy_work::Lane;
use crate::http::Metrics;
use crate::i18n::{Catalogue, Language};
use crate::identity;
use crate::mail::{Content, EmailAddress, MailTokens, Notice};
use crate::policy::Principal;
use crate::secrets::hex;
use crate::service::{Foundation, Service, UnitOfWork};
use crate::time::Timestamp;
use types::{Draft, Row};

/// The service of announcements. Cloning is cheap, and clones share their caches.
#[derive(Clone)]
pub struct Announcements(Arc<Parts>);

/// The parts of the service. They are shared, so that futures that hold the service stay small.
pub struct Parts {
    foundation: Foundation,
    settings: Settings,
    /// The tokens in the links of mails.
    mail_tokens: MailTokens,
    /// Where texts are rendered, a few at a time.
    lane: Lane,
    catalogue: Arc<Catalogue>,
    community: config::Community,
    texts: RenderedTextCache,
    metrics: Metrics,
    /// Whether mails waited for room on the disk in the last round of this process.
    lacks_room: AtomicBool,
}

impl Deref for Announcements {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Settings of the operator.
#[derive(Clone, Copy, Debug)]
struct Settings {
    /// More recipients than this need the approval of a second person; none where nobody has to approve.
    approval_above: Option<u64>,
    /// How late a scheduled announcement may begin.
    grace: Duration,
    /// The hour of digests, in UTC.
    digest_hour: u8,
    /// How long deliveries are kept after the last mail has ended.
    keep_deliveries: Duration,
}

impl From<&config::Announcements> for Settings {
    fn from(settings: &config::Announcements) -> Self {
        Self {
            approval_above: settings.approval.then_some(settings.approval_above),
            grace: Duration::from_mins(settings.hold_after_minutes),
            digest_hour: settings.digest_hour,
            keep_deliveries: Duration::from_hours(24 * settings.keep_deliveries_days),
        }
    }
}

impl Service for Announcements {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Announcements {
    /// The service.
    #[must_use]
    pub fn new(
        settings: &config::Settings,
        foundation: Foundation,
        mail_tokens: MailTokens,
        lane: Lane,
        catalogue: Arc<Catalogue>,
        metrics: Metrics,
    ) -> Self {
        let (settings, community) = (Settings::from(&settings.announcements), settings.community.clone());
        let (texts, lacks_room) = (RenderedTextCache::default(), AtomicBool::default());
        Self(Arc::new(Parts {
            foundation,
            settings,
            mail_tokens,
            lane,
            catalogue,
            community,
            texts,
            metrics,
            lacks_room,
        }))
    }

    /// Announcements older than `before`, the newest first, `limit` at most, in one of `statuses` (in any where it is
    /// empty): all of them for the Secretariat, for members those that were sent to them. With `unread` everybody gets
    /// those addressed to oneself that are unread, or read.
    pub async fn list(
        &self,
        viewer: Arc<Principal>,
        statuses: Vec<AnnouncementStatus>,
        unread: Option<bool>,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<AnnouncementEntry>, Error> {
        self.read(move |conn| {
            let rows = if personalization::manages(&viewer) && unread.is_none() {
                store::list(conn, &statuses, before, limit)?
            } else {
                read_receipts::list_for(conn, viewer.user_id, &statuses, unread, before, limit)?
            };
            entries(conn, rows, viewer.user_id)
        })
        .await
    }

    /// One announcement, as this person may see it.
    ///
    /// # Errors
    /// 404 where the person may not see it.
    pub async fn get(&self, viewer: Arc<Principal>, id: Id) -> Result<Announcement, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| unit.read_as(conn, id, &viewer)).await?.filled(&self.texts).await
    }

    /// Renders the mail in one language. This takes milliseconds, so no unit of work does it (`rendering`).
    fn content(&self, id: Id, draft: &Draft, language: Language, variant: &Variant) -> Result<Content, Error> {
        let notice = Notice {
            subject: &variant.subject,
            body_markdown: &variant.body_markdown,
            may_be_left: draft.topic.is_some(),
            acknowledge: draft.acknowledge.then_some(id),
        };
        self.foundation.outbox.letters().announcement(language, &notice)
    }
}

impl UnitOfWork<Announcements> {
    /// Records an event in the audit log.
    fn record(&self, conn: &mut Conn, id: Id, by: Option<Id>, event: Event) -> Result<(), Error> {
        let kind =
            if event == Event::Start { audit::Event::AnnouncementSent } else { audit::Event::AnnouncementChanged };
        let entry = by.map_or_else(|| Entry::anonymous(kind, Some(id)), |by| Entry::by(kind, by, id));
        self.audit.record(conn, &self.trace, &entry.with(json!({"event": event})))
    }

    /// Publishes an event to webhooks, where there is one for it.
    fn publish(&self, conn: &mut Conn, id: Id, event: Event, next: AnnouncementStatus) -> Result<(), Error> {
        let data = json!({"announcement": id, "status": next});
        rules::kind(event).map_or(Ok(()), |kind| self.events.emit(conn, kind, data))
    }
}

/// Locks an announcement for an event; returns it and its state after the event.
///
/// # Errors
/// 404, 409 where the event is not possible in its state.
fn lock_for(conn: &mut Conn, id: Id, event: Event) -> Result<(Row, AnnouncementStatus), Error> {
    let row = store::find_for_update(conn, id)?.ok_or_else(Error::not_found)?;
    let next = state_machine::after(row.status, event).ok_or_else(|| rules::not_possible(row.status, event))?;
    Ok((row, next))
}

/// A mail of this feature, as its links identify it.
pub enum ReaderMail {
    /// An announcement.
    Announcement {
        /// Its id.
        id: Id,
        /// Its topic; none for an official notice.
        topic: Option<String>,
    },
    /// A digest.
    Digest {
        /// When it was written.
        named_at: Timestamp,
    },
}

/// The reader of a mail of an announcement or of a digest, in whose name its links act. None where the person has
/// another address by now (the old mailbox may be somebody else's), where the account is closed or no appointment is in
/// force, and once the mail is deleted.
pub fn reader_of(conn: &mut Conn, mail: Id) -> Result<Option<(Id, ReaderMail)>, Error> {
    let Some(found) = store::mailed(conn, mail)? else { return Ok(None) };
    let is_own = EmailAddress::parse(&found.to_address).is_ok_and(|address| address.key() == found.email_key);
    if !is_own
        || identity::get_user(conn, found.reader)?.is_closed()
        || !appointments::of_user(conn, found.reader)?.iter().any(|held| held.status.is_listed())
    {
        return Ok(None);
    }
    let mail = match found.announcement {
        Some((id, topic)) => ReaderMail::Announcement { id, topic },
        None => ReaderMail::Digest { named_at: found.opened_at },
    };
    Ok(Some((found.reader, mail)))
}

/// Whether a mail holds or names this announcement.
fn is_about(conn: &mut Conn, reader: Id, mail: &ReaderMail, announcement: Id) -> Result<bool, Error> {
    match mail {
        ReaderMail::Announcement { id, .. } => Ok(*id == announcement),
        ReaderMail::Digest { named_at } => store::was_named(conn, reader, announcement, *named_at),
    }
}

/// The content and the audience of an announcement.
fn draft_of(conn: &mut Conn, row: &Row) -> Result<Draft, Error> {
    Ok(Draft {
        audience: row.audience.0.clone(),
        default_language: row.default_language,
        required_languages: row.required_languages.0.clone(),
        variants: store::variants(conn, row.id)?,
        topic: row.topic.clone(),
        acknowledge: row.acknowledge,
        public: row.public,
    })
}

impl UnitOfWork<Announcements> {
    /// The announcement as the Secretariat sees it.
    fn read(&self, conn: &mut Conn, id: Id) -> Result<Announcement, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let campaign = Campaign {
            required_languages: draft.required_languages.clone(),
            content_hash: hex(&rules::hash(&draft)?),
            author_id: row.author_id,
            writer_ids: store::writers(conn, &row)?,
            sizes: None,
            submitted_by: row.submitted_by,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            send_at: row.send_at,
            send_at_local: row.send_at.and_then(|at| rules::local(at, row.zone.as_deref())),
            reason: row.why().reason().map(str::to_owned),
            cause: row.why().cause(),
            finished_at: row.finished_at,
            deliveries_kept_until: row.finished_at.map(|at| at.plus(self.service.settings.keep_deliveries)),
        };
        Ok(view(row, draft, Some(campaign)))
    }

    /// The announcement as this person may see it.
    ///
    /// # Errors
    /// 404 where the person may not see it.
    fn read_as(&self, conn: &mut Conn, id: Id, viewer: &Principal) -> Result<UnfilledAnnouncement, Error> {
        let reading = read_receipts::mark(conn, viewer.user_id, id)?;
        if personalization::manages(viewer) {
            let announcement = Announcement { reading, ..self.read(conn, id)? };
            return Ok(UnfilledAnnouncement { announcement, fillings: BTreeMap::new() });
        }
        if reading.is_none() {
            return Err(Error::not_found());
        }
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let fillings = self.fillings(conn, id, &viewer.into(), &draft.variants)?;
        let announcement = Announcement { audience: None, reading, ..view(row, draft, None) };
        Ok(UnfilledAnnouncement { announcement, fillings })
    }
}

fn view(row: Row, draft: Draft, campaign: Option<Campaign>) -> Announcement {
    Announcement {
        id: row.id,
        status: row.status,
        audience: Some(draft.audience),
        default_language: row.default_language,
        variants: draft.variants,
        topic: row.topic,
        acknowledge: row.acknowledge,
        public: row.public,
        recipients: row.recipients,
        created_at: row.created_at,
        updated_at: row.updated_at,
        sent_at: row.sent_at,
        reading: None,
        campaign,
    }
}

/// The newest announcements that were sent to `reader`, unread ones or those that were read, `limit` at most.
pub fn sent_to(conn: &mut Conn, reader: &Principal, unread: bool, limit: i64) -> Result<Vec<AnnouncementEntry>, Error> {
    let rows = read_receipts::list_for(conn, reader.user_id, &[], Some(unread), None, limit)?;
    entries(conn, rows, reader.user_id)
}

fn entries(conn: &mut Conn, rows: Vec<Row>, viewer: Id) -> Result<Vec<AnnouncementEntry>, Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let marks = read_receipts::marks(conn, viewer, &ids)?;
    let mut subjects = store::subjects(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|row| AnnouncementEntry {
            id: row.id,
            status: row.status,
            default_language: row.default_language,
            subjects: subjects.remove(&row.id).unwrap_or_default(),
            topic: row.topic,
            acknowledge: row.acknowledge,
            recipients: row.recipients,
            created_at: row.created_at,
            sent_at: row.sent_at,
            reading: marks.get(&row.id).copied(),
        })
        .collect())
}
