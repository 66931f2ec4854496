//! Reading in the portal: the announcements of a reader, their read marks and acknowledgements, and the page of an
//! announcement.
//!
//! A read mark is set by a request of the reader, never by fetching an announcement, since programs fetch, too.
//! Recipients may read an announcement for good. A cancelled one stays readable for those whom it had reached: their
//! mail had left, or a digest had named it.

pub mod routes;
mod store;
mod types;

use std::sync::Arc;

pub(super) use store::{list_for, mail_of, mark, marks};
pub use types::{
    AcknowledgementCounts, AcknowledgementQuery, AcknowledgementState, Acknowledgements, Acknowledger, Reading, Unread,
};

use super::export::Export;
use super::personalization::{self, Filling, Viewer};
use super::types::{AnnouncementEntry, AnnouncementStatus};
use super::{Announcements, delivery_report, rules};
use crate::audit::{self, Entry, Trace};
use crate::db::{Conn, Id, Writer};
use crate::error::Error;
use crate::http::{Download, RequestContext};
use crate::i18n::Language;
use crate::mail::MailTokens;
use crate::mail::template;
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;

/// Unread announcements are counted up to this number.
const MOST_UNREAD: usize = 100;

impl Announcements {
    /// How many announcements somebody has not read.
    pub async fn unread(&self, reader: Id) -> Result<Unread, Error> {
        self.read(move |conn| unread(conn, reader)).await
    }

    /// Announcements that were sent to somebody and may be read, older than `before`, the newest first, `limit` at most:
    /// all of them, or those that are unread, or read.
    pub async fn received(
        &self,
        reader: Id,
        unread: Option<bool>,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<AnnouncementEntry>, Error> {
        self.read(move |conn| {
            let rows = list_for(conn, reader, &[], unread, before, limit)?;
            super::entries(conn, rows, reader)
        })
        .await
    }

    /// Marks an announcement as read, or as unread again.
    ///
    /// # Errors
    /// 404 where the reader may not read it.
    pub async fn set_read(&self, reader: Id, trace: Trace, id: Id, read: bool) -> Result<Reading, Error> {
        self.write(trace, move |unit, conn| unit.set_read(conn, id, reader, read)).await
    }

    /// Marks all announcements that somebody may read as read.
    pub async fn set_all_read(&self, reader: Id, trace: Trace) -> Result<(), Error> {
        self.write(trace, move |unit, conn| store::set_all_read(conn, reader, unit.now)).await
    }

    /// Acknowledges an announcement. It is idempotent.
    ///
    /// # Errors
    /// 404 where the reader may not read it, 409 where it does not ask for that.
    pub async fn acknowledge(&self, reader: Id, trace: Trace, id: Id) -> Result<Reading, Error> {
        self.write(trace, move |unit, conn| unit.acknowledge(conn, id, reader)).await
    }

    /// The same by the link of a mail, in the name of its reader, where nobody is logged in. What is acknowledged already
    /// is answered from a read.
    ///
    /// # Errors
    /// As [`Self::acknowledge`]; 404 where the token is invalid; 429 where the network changes too much by links.
    pub async fn acknowledge_by_link(&self, caller: &RequestContext, id: Id, token: String) -> Result<Reading, Error> {
        let mail = self.mail_tokens.mail(&token).ok_or_else(Error::not_found)?;
        let (tokens, sent) = (self.mail_tokens.clone(), token.clone());
        let find = move |conn: &mut Conn| {
            let reader = reader_by_link(conn, &tokens, &sent, id)?;
            Ok((reader, check_asked(conn, id, reader)?))
        };
        let (reader, reading) = self.read(find).await?;
        if reading.acknowledged_at.is_some() && !reading.unread {
            return Ok(reading);
        }
        self.foundation.admit_link(caller, Writer::of_mail(reader, mail)).await?;
        let acknowledge = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let reader = reader_by_link(conn, &unit.service.mail_tokens, &token, id)?;
            unit.acknowledge(conn, id, reader)
        };
        self.write(caller, acknowledge).await
    }

    /// An announcement for its page, to `viewer` or to the reader of the mail whose token `mail` is.
    ///
    /// # Errors
    /// 404 where it is neither public nor theirs to read.
    pub async fn page(
        &self,
        viewer: Option<Arc<Principal>>,
        id: Id,
        mail: Option<String>,
        asked: AskedLanguage,
    ) -> Result<AnnouncementPage, Error> {
        let unit = self.unit(Trace::default());
        let find = move |conn: &mut Conn| {
            let viewer = match (viewer, mail) {
                (Some(viewer), _) => Some(Viewer::from(&*viewer)),
                (None, Some(token)) => personalization::by_link(conn, &unit.service.mail_tokens, &token, id)?,
                (None, None) => None,
            };
            unit.find_page(conn, id, viewer.as_ref(), asked)
        };
        self.read(find).await?.rendered(self).await
    }

    /// A page of those who have acknowledged an announcement or have not, and how many they are in all.
    ///
    /// # Errors
    /// 404, 409 where it does not ask for that.
    pub(super) async fn acknowledgements(
        &self,
        page: AcknowledgementPage,
    ) -> Result<(Vec<Acknowledger>, AcknowledgementCounts), Error> {
        let read = move |conn: &mut Conn| {
            let counts = counts(conn, page.id)?;
            Ok((people(conn, &page)?, counts))
        };
        self.foundation.db.read_snapshot(read).await
    }

    /// Begins a download of all who have acknowledged, or have not.
    ///
    /// # Errors
    /// As [`Self::acknowledgements`], 429.
    async fn export_acknowledgements(&self, officer: Id, trace: Trace, id: Id) -> Result<Export, Error> {
        let check = move |_: &UnitOfWork<Self>, conn: &mut Conn| counts(conn, id).map(|_counts| ());
        self.begin_export(officer, trace, id, "acknowledgements", check).await
    }
}

/// Which people a page of acknowledgements holds.
#[derive(Clone, Copy)]
pub(super) struct AcknowledgementPage {
    /// The announcement.
    pub(super) id: Id,
    /// Those in this state; all where there is none.
    pub(super) state: Option<AcknowledgementState>,
    /// Those after this person.
    pub(super) after: Option<Id>,
    /// So many at most.
    pub(super) limit: i64,
    /// The language of the names of organisations.
    pub(super) language: Language,
}

/// A page of a download of acknowledgements.
async fn export_page(download: &Download, page: AcknowledgementPage) -> Result<Vec<Acknowledger>, Error> {
    download.read(move |conn| people(conn, &page)).await
}

impl UnitOfWork<Announcements> {
    fn set_read(&self, conn: &mut Conn, id: Id, reader: Id, read: bool) -> Result<Reading, Error> {
        mark(conn, reader, id)?.ok_or_else(Error::not_found)?;
        store::set_read(conn, reader, id, read.then_some(self.now))?;
        mark(conn, reader, id)?.ok_or_else(Error::not_found)
    }

    fn acknowledge(&self, conn: &mut Conn, id: Id, reader: Id) -> Result<Reading, Error> {
        check_asked(conn, id, reader)?;
        if store::acknowledge(conn, reader, id, self.now)? {
            let entry = Entry::by(audit::Event::AnnouncementAcknowledged, reader, id);
            self.audit.record(conn, &self.trace, &entry)?;
        }
        store::set_read(conn, reader, id, Some(self.now))?;
        mark(conn, reader, id)?.ok_or_else(Error::not_found)
    }

    /// An announcement as this viewer may read it.
    fn find_page(
        &self,
        conn: &mut Conn,
        id: Id,
        viewer: Option<&Viewer>,
        asked: AskedLanguage,
    ) -> Result<UnrenderedPage, Error> {
        let row = super::store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let reading = viewer.map(|viewer| mark(conn, viewer.user_id, id)).transpose()?.flatten();
        if reading.is_none() && !viewer.is_some_and(|viewer| viewer.manages) && !rules::is_open(&row) {
            return Err(Error::not_found());
        }
        let mut variants = super::store::variants(conn, id)?;
        let written: Vec<Language> = variants.keys().copied().collect();
        let reader_language = viewer.map(|viewer| viewer.language);
        let wanted = asked.chosen.or(reader_language).unwrap_or(asked.accepted);
        let language = rules::language_for(wanted, &Vec::new, &written, row.default_language);
        let text = variants.remove(&language).ok_or_else(Error::not_found)?;
        let reader = viewer.filter(|_| template::is_personal(&text.body_markdown));
        Ok(UnrenderedPage {
            filling: reader.map(|reader| self.filling(conn, id, reader, language)).transpose()?,
            markdown: text.body_markdown,
            page: AnnouncementPage {
                language,
                reader_language,
                written,
                title: text.subject,
                html: String::new(),
                status: row.status,
                sent_at: row.sent_at,
                topic: row.topic,
                acknowledge: row.acknowledge,
                reading,
            },
        })
    }
}

/// The reader of the mail of a link, which holds or names this announcement.
///
/// # Errors
/// 404.
fn reader_by_link(conn: &mut Conn, tokens: &MailTokens, token: &str, announcement: Id) -> Result<Id, Error> {
    let reader = personalization::by_link(conn, tokens, token, announcement)?;
    reader.map(|reader| reader.user_id).ok_or_else(Error::not_found)
}

/// The marks of an announcement that asks this reader for an acknowledgement.
///
/// # Errors
/// 404 where the reader may not read it, 409 where it does not ask for that.
fn check_asked(conn: &mut Conn, id: Id, reader: Id) -> Result<Reading, Error> {
    let reading = mark(conn, reader, id)?.ok_or_else(Error::not_found)?;
    let row = super::store::find(conn, id)?.ok_or_else(Error::not_found)?;
    rules::check_asked(row.acknowledge)?;
    Ok(reading)
}

/// The languages in which a client wants to read.
#[derive(Clone, Copy, Debug)]
pub struct AskedLanguage {
    /// The language that was chosen; it goes before that of the reader.
    pub chosen: Option<Language>,
    /// The language for a reader who is not known.
    pub accepted: Language,
}

/// A page of an announcement before it is rendered.
struct UnrenderedPage {
    /// The page, without its text.
    page: AnnouncementPage,
    markdown: String,
    /// The values for its places; none where it has none or nobody is known to view it.
    filling: Option<Filling>,
}

impl UnrenderedPage {
    async fn rendered(self, service: &Announcements) -> Result<AnnouncementPage, Error> {
        let Self { page, markdown, filling } = self;
        let html = service.html(page.language, markdown, filling).await?;
        Ok(AnnouncementPage { html, ..page })
    }
}

/// The page of an announcement.
pub struct AnnouncementPage {
    /// The language of its text.
    pub language: Language,
    /// The language of its reader; none where nobody is known to read it.
    pub reader_language: Option<Language>,
    /// The languages in which it is written.
    pub written: Vec<Language>,
    /// Its title.
    pub title: String,
    /// Its text as safe HTML.
    pub html: String,
    /// Where it stands.
    pub status: AnnouncementStatus,
    /// When it began to be sent.
    pub sent_at: Option<Timestamp>,
    /// The code of its topic; none for an official notice.
    pub topic: Option<String>,
    /// Whether readers are asked to acknowledge it.
    pub acknowledge: bool,
    /// The marks of its reader; none where it is not addressed to the reader.
    pub reading: Option<Reading>,
}

impl AnnouncementPage {
    /// Whether it asks its reader for an acknowledgement that is not given yet.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.acknowledge && self.reading.is_some_and(|reading| reading.acknowledged_at.is_none())
    }
}

fn unread(conn: &mut Conn, reader: Id) -> Result<Unread, Error> {
    let found = store::unread(conn, reader, MOST_UNREAD + 1)?;
    Ok(Unread { announcements: found.min(MOST_UNREAD), more: found > MOST_UNREAD })
}

/// How many have acknowledged.
///
/// # Errors
/// 404, 409 where the announcement does not ask for it.
fn counts(conn: &mut Conn, id: Id) -> Result<AcknowledgementCounts, Error> {
    let row = delivery_report::find(conn, id)?;
    rules::check_asked(row.acknowledge)?;
    store::counts(conn, id)
}

fn people(conn: &mut Conn, page: &AcknowledgementPage) -> Result<Vec<Acknowledger>, Error> {
    let AcknowledgementPage { id, state, after, limit, language } = *page;
    let mut people = store::people(conn, id, state, after, limit)?;
    let ids: Vec<Id> = people.iter().map(|person| person.user_id).collect();
    let mut organisations = store::organisations(conn, &ids, language)?;
    for person in &mut people {
        (person.organisation, person.organisation_name) = organisations.remove(&person.user_id).unzip();
    }
    Ok(people)
}
