//! Reading in the portal: what was addressed to somebody, what of it is unread, and who has acknowledged what asked for it.
//!
//! Reading is written down when a reader says so, never because something was fetched: programs fetch too. What was addressed
//! to somebody stays readable for good. Of an announcement that was cancelled those alone may read it whom word of it had
//! reached: their mail had left, or a digest had named it.

pub mod routes;
mod store;
mod types;

use serde_json::json;

pub(super) use store::{list_for, mail_of, mark, marks};
pub use types::{
    AcknowledgementCounts, AcknowledgementQuery, AcknowledgementState, Acknowledgements, Acknowledger, Reading, Unread,
};

use super::known::KnownTexts;
use super::personal::{Filling, Looker};
use super::types::Variant;
use super::{Desk, rules};
use crate::audit::{self, Entry};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::Metrics;
use crate::i18n::Language;
use crate::mail::template::{self, Template};

/// How far unread announcements are counted.
const MOST_UNREAD: usize = 100;

impl Desk {
    /// A reader says that it is read, or unread again.
    fn set_read(&self, conn: &mut Conn, id: Id, reader: Id, read: bool) -> Result<Reading, Error> {
        mark(conn, reader, id)?.ok_or_else(Error::not_found)?;
        store::set_read(conn, reader, id, read.then_some(self.now))?;
        mark(conn, reader, id)?.ok_or_else(Error::not_found)
    }

    /// A reader says for good that it is read, where that was asked for. To say it twice is to say it.
    fn acknowledge(&self, conn: &mut Conn, id: Id, reader: Id) -> Result<Reading, Error> {
        mark(conn, reader, id)?.ok_or_else(Error::not_found)?;
        let row = super::store::find(conn, id)?.ok_or_else(Error::not_found)?;
        rules::check_asked(row.acknowledge)?;
        if store::acknowledge(conn, reader, id, self.now)? {
            let entry = Entry::by(audit::Event::AnnouncementAcknowledged, reader, id);
            self.audit.note(conn, &self.trace, &entry)?;
        }
        store::set_read(conn, reader, id, Some(self.now))?;
        mark(conn, reader, id)?.ok_or_else(Error::not_found)
    }

    /// An announcement as this person may see it, or anybody: in the person's language, or `asked`.
    fn show(&self, conn: &mut Conn, id: Id, viewer: Option<&Looker>, asked: Language) -> Result<Found, Error> {
        let row = super::store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let reading = viewer.map(|viewer| mark(conn, viewer.user_id, id)).transpose()?.flatten();
        if reading.is_none() && !viewer.is_some_and(|viewer| viewer.is_secretariat) && !rules::is_open(&row) {
            return Err(Error::not_found());
        }
        let mut variants = super::store::variants(conn, id)?;
        let written: Vec<Language> = variants.keys().copied().collect();
        let wanted = viewer.map_or(asked, |viewer| viewer.language);
        let language = rules::language_for(wanted, &Vec::new, &written, row.default_language);
        let text = variants.remove(&language).ok_or_else(Error::not_found)?;
        let reader = viewer.filter(|_| template::is_personal(&text.body_markdown));
        Ok(Found {
            language,
            filling: reader.map(|reader| self.filling(conn, id, reader, language)).transpose()?,
            text,
            asks: row.acknowledge && reading.is_some_and(|reading| reading.acknowledged_at.is_none()),
        })
    }

    /// Writes down that who got it, or who acknowledged it, is handed out as a file.
    pub(super) fn note_export(&self, conn: &mut Conn, id: Id, by: Id, file: &str) -> Result<(), Error> {
        let entry = Entry::by(audit::Event::AnnouncementExported, by, id).with(json!({"file": file}));
        self.audit.note(conn, &self.trace, &entry)
    }
}

/// An announcement before it is rendered.
struct Found {
    language: Language,
    text: Variant,
    /// What it says of its reader alone; as nobody's where nobody in particular reads it.
    filling: Option<Filling>,
    asks: bool,
}

impl Found {
    async fn rendered(self, known: &KnownTexts, metrics: &Metrics) -> Result<Shown, Error> {
        let Self { language, text, filling, asks } = self;
        let html = known.html(text.body_markdown, metrics).await?;
        let html = match filling {
            Some(filling) => filling.fill(&Template::html(&html)),
            None => html.as_ref().to_owned(),
        };
        Ok(Shown { language, title: text.subject, html, asks })
    }
}

/// An announcement on a page.
pub struct Shown {
    /// The language it is shown in.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// What it says, safe to stand in a page.
    pub html: String,
    /// Whether whoever looks is asked to say that it is read, and has not.
    pub asks: bool,
}

/// How many announcements somebody has not read.
fn unread(conn: &mut Conn, reader: Id) -> Result<Unread, Error> {
    let found = store::unread(conn, reader, MOST_UNREAD + 1)?;
    Ok(Unread { announcements: found.min(MOST_UNREAD), more: found > MOST_UNREAD })
}
