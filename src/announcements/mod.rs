//! Announcements: the Secretariat writes to a part of the community, each reader in the own language.
//!
//! An announcement is a draft, is approved by a second person where many would get it, begins at once or at its time, and is
//! sent, paused, resumed or cancelled: `machine` is the table of that. When it begins, whom it goes to is fixed, each language's
//! mail is rendered once, and from then on every recipient has one `delivery` and one mail in the outbox, also those who are
//! skipped: recipients = deliveries = mails, and the outbox says of each where it stands.
//!
//! - `writing` drafts; `preview` what sending would do, and tests; `rendering` what takes time with a text
//! - `audience` whom it is for
//! - `campaign` what somebody does with it: submit, approve, schedule, send, pause, cancel
//! - `grants` what was planned or approved by somebody who may not any more
//! - `dispatch` what happens by itself: begin in time, fan out, halt where much fails, end
//! - `fan_out` from the audience to mails, some at a time; `outcome` what came of it
//! - `digest` for those who want word of several at a time
//! - `reading` what readers say of it; `feed` the public ones, for anybody; `known` what is rendered of both already
//!
//! Left out: attachments.

mod audience;
pub mod campaign;
pub mod digest;
mod dispatch;
mod fan_out;
pub mod feed;
mod grants;
mod known;
mod machine;
pub mod outcome;
mod personal;
mod preview;
pub mod reading;
mod rendering;
pub mod routes;
mod rules;
mod store;
mod types;
mod word;
mod writing;

use std::sync::Arc;
use std::time::Duration;

pub use audience::{AdoptedBy, Audience};
pub use dispatch::work_off;
pub use known::KnownTexts;
pub use machine::Event as AnnouncementEvent;
pub use outcome::work_off as collapse;
pub use types::{
    Announcement, AnnouncementEntry, AnnouncementQuery, AnnouncementStatus, Approve, Because, Campaign, Compose,
    DeliveryQuery, Preview, Rendered, Revise, SampleRecipient, Schedule, Test, Tested, Variant,
};

use machine::Event;
use serde_json::json;

use crate::appointments;
use crate::audit::{self, Audit, Entry, Trace};
use crate::config;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::events::Events;
use crate::i18n::Language;
use crate::identity;
use crate::mail::{Content, EmailAddress, MailTokens, Notice, Outbox};
use crate::policy::Principal;
use crate::secrets::hex;
use crate::throttle::Throttle;
use crate::time::Timestamp;
use types::{Draft, Row};

/// What the units of work need beside a connection.
#[derive(Clone)]
pub struct Desk {
    /// Where things are written down.
    pub audit: Audit,
    /// Where mail is put.
    pub outbox: Outbox,
    /// What stands for mails in links.
    pub mail_tokens: MailTokens,
    /// Where is said what happens.
    pub events: Events,
    /// In which request.
    pub trace: Trace,
    /// The time.
    pub now: Timestamp,
    /// What counts mails and recipients.
    pub throttle: Arc<Throttle>,
    /// What the operator has decided.
    pub settings: Settings,
}

/// What the operator has decided.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// More recipients than this need the approval of a second person; none where nobody has to approve.
    pub approval_above: Option<u64>,
    /// How late one that was scheduled may begin.
    pub grace: Duration,
    /// The hour of digests, in UTC.
    pub digest_hour: u8,
    /// How long it is kept to whom each mail went.
    pub keep_deliveries: Duration,
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

impl Desk {
    /// What the mails in one language say. This takes milliseconds: no unit of work does it (`rendering`).
    fn content(&self, id: Id, draft: &Draft, language: Language, variant: &Variant) -> Result<Content, Error> {
        let notice = Notice {
            subject: &variant.subject,
            body_markdown: &variant.body_markdown,
            may_be_left: draft.topic.is_some(),
            acknowledge: draft.acknowledge.then_some(id),
        };
        self.outbox.letters().announcement(language, &notice)
    }

    /// Writes down that something was done.
    fn note(&self, conn: &mut Conn, id: Id, by: Option<Id>, event: Event) -> Result<(), Error> {
        let kind =
            if event == Event::Start { audit::Event::AnnouncementSent } else { audit::Event::AnnouncementChanged };
        let entry = by.map_or_else(|| Entry::anonymous(kind, Some(id)), |by| Entry::by(kind, by, id));
        self.audit.note(conn, &self.trace, &entry.with(json!({"event": event})))
    }

    /// Says outside what an announcement has become, where that is anybody's business.
    fn publish(&self, conn: &mut Conn, id: Id, event: Event, next: AnnouncementStatus) -> Result<(), Error> {
        let data = json!({"announcement": id, "status": next});
        rules::kind(event).map_or(Ok(()), |kind| self.events.tell(conn, kind, data))
    }
}

/// The announcement, held until the unit of work ends, and the state it is in after an event.
fn hold(conn: &mut Conn, id: Id, event: Event) -> Result<(Row, AnnouncementStatus), Error> {
    let row = store::find_for_update(conn, id)?.ok_or_else(Error::not_found)?;
    let next = machine::after(row.status, event).ok_or_else(|| rules::not_possible(row.status, event))?;
    Ok((row, next))
}

/// What a mail was that somebody got from here.
pub enum Mailed {
    /// An announcement.
    Announcement {
        /// Which one.
        id: Id,
        /// Its topic; none where it is official.
        topic: Option<String>,
    },
    /// A digest.
    Digest {
        /// When its announcements were named in it.
        named_at: Timestamp,
    },
}

/// The reader of a mail of an announcement, or of a digest: the person for whom the links in it speak. None where the person has
/// another address by now (the old mailbox may be somebody else's), none where the account is closed or no appointment is in
/// force, and none once the mail is deleted, thirty days after its announcement is over.
///
/// # Errors
/// Where the database says no.
pub fn reader_of(conn: &mut Conn, mail: Id) -> Result<Option<(Id, Mailed)>, Error> {
    let Some(found) = store::mailed(conn, mail)? else { return Ok(None) };
    let is_own = EmailAddress::parse(&found.to_address).is_ok_and(|address| address.key() == found.email_key);
    if !is_own
        || identity::get_user(conn, found.reader)?.is_closed()
        || !appointments::of_user(conn, found.reader)?.iter().any(|held| held.status.is_listed())
    {
        return Ok(None);
    }
    let mailed = match found.announcement {
        Some((id, topic)) => Mailed::Announcement { id, topic },
        None => Mailed::Digest { named_at: found.opened_at },
    };
    Ok(Some((found.reader, mailed)))
}

/// Whether a mail brought this announcement to its reader.
fn brought(conn: &mut Conn, reader: Id, mailed: &Mailed, announcement: Id) -> Result<bool, Error> {
    match mailed {
        Mailed::Announcement { id, .. } => Ok(*id == announcement),
        Mailed::Digest { named_at } => store::was_named(conn, reader, announcement, *named_at),
    }
}

/// What an announcement says, and to whom.
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

impl Desk {
    /// The announcement as the Secretariat sees it.
    fn read(&self, conn: &mut Conn, id: Id) -> Result<Announcement, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let campaign = Campaign {
            required_languages: draft.required_languages.clone(),
            content_hash: hex(&rules::hash(&draft)?),
            author_id: row.author_id,
            submitted_by: row.submitted_by,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            send_at: row.send_at,
            send_at_local: row.send_at.and_then(|at| rules::local(at, row.zone.as_deref())),
            reason: row.reason.clone(),
            finished_at: row.finished_at,
            deliveries_kept_until: row.finished_at.map(|at| at.plus(self.settings.keep_deliveries)),
        };
        Ok(view(row, draft, Some(campaign)))
    }

    /// The announcement as this person may see it; 404 where it is not theirs to see.
    fn read_as(&self, conn: &mut Conn, id: Id, viewer: &Principal) -> Result<Announcement, Error> {
        let reading = reading::mark(conn, viewer.user_id, id)?;
        if viewer.is_secretariat() {
            return Ok(Announcement { reading, ..self.read(conn, id)? });
        }
        if reading.is_none() {
            return Err(Error::not_found());
        }
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let variants = self.fill(conn, id, &viewer.into(), draft.variants)?;
        Ok(Announcement { audience: None, reading, ..view(row, Draft { variants, ..draft }, None) })
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

fn entries(conn: &mut Conn, rows: Vec<Row>, viewer: Id) -> Result<Vec<AnnouncementEntry>, Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let marks = reading::marks(conn, viewer, &ids)?;
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
