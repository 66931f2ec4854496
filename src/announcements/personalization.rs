//! Personal texts in the portal: fills the places of a text for one viewer.
//!
//! In a mail the place `unsubscribe` is the link of that mail. In the portal it leads to the page of the viewer's
//! subscriptions, by the token of the mail that the viewer got or would have got. A program with an API token gets no
//! such token.
//!
//! Programs get Markdown and make links of it. So a text of an earlier version that has a place in a URL is handed out
//! unfilled; whether it has one is found out by rendering it, outside of units of work.

use std::collections::BTreeMap;

use super::text_cache::RenderedTextCache;
use super::types::{Announcement, Variants};
use super::{Announcements, read_receipts};
use crate::appointments::{self, AppointmentStatus};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::identity;
use crate::mail::template::{self, Template, Values};
use crate::mail::{MailTokens, Merge};
use crate::members;
use crate::policy::{self, Action, Credential, Principal};
use crate::service::{Service as _, UnitOfWork};

/// A person who views an announcement.
pub(super) struct Viewer {
    pub(super) user_id: Id,
    name: String,
    /// The person's language.
    pub(super) language: Language,
    organisation: Option<Id>,
    /// Whether the person may read announcements to others, too.
    pub(super) manages: bool,
    /// Whether a program reads, with an API token of the person.
    is_program: bool,
}

impl From<&Principal> for Viewer {
    fn from(principal: &Principal) -> Self {
        Self {
            user_id: principal.user_id,
            name: principal.name.clone(),
            language: principal.language,
            organisation: principal.appointments.first().map(|held| held.organisation_id),
            manages: manages(principal),
            is_program: matches!(principal.credential, Credential::Token(..)),
        }
    }
}

/// Whether a person reads all announcements, drafts included: the Secretariat, and of its programs those whose token has
/// the scope for that.
pub(super) fn manages(reader: &Principal) -> bool {
    policy::check(reader, Action::ManageAnnouncements).is_ok()
}

/// The reader of the mail of a link, where that mail holds or names this announcement and the reader has an active
/// appointment. A link gives no other right than to read it.
pub(super) fn by_link(
    conn: &mut Conn,
    tokens: &MailTokens,
    token: &str,
    announcement: Id,
) -> Result<Option<Viewer>, Error> {
    let Some(mail) = tokens.mail(token) else { return Ok(None) };
    let Some((user_id, mailed)) = super::reader_of(conn, mail)? else { return Ok(None) };
    if !super::is_about(conn, user_id, &mailed, announcement)? {
        return Ok(None);
    }
    let user = identity::get_user(conn, user_id)?;
    let held = appointments::of_user(conn, user_id)?;
    let in_force = held.iter().find(|held| held.status == AppointmentStatus::Active);
    Ok(in_force.filter(|_| !user.is_closed()).map(|held| Viewer {
        user_id,
        name: user.name,
        language: user.preferred_language,
        organisation: Some(held.organisation_id),
        manages: false,
        is_program: false,
    }))
}

/// An announcement whose places are not filled yet, and the values of its viewer.
pub(super) struct UnfilledAnnouncement {
    pub(super) announcement: Announcement,
    pub(super) fillings: BTreeMap<Language, Filling>,
}

impl UnfilledAnnouncement {
    /// Fills the places.
    pub(super) async fn filled(self, known: &RenderedTextCache) -> Result<Announcement, Error> {
        let Self { mut announcement, fillings } = self;
        for (language, filling) in fillings {
            let Some(variant) = announcement.variants.get_mut(&language) else { continue };
            if known.may_be_filled(variant.body_markdown.clone()).await? {
                variant.body_markdown = filling.fill(&Template::markdown(&variant.body_markdown));
            }
        }
        Ok(announcement)
    }
}

/// A text of an announcement for a page.
pub struct Article {
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// The text as safe HTML.
    pub html: String,
}

impl Announcements {
    /// The texts of this announcement as its readers see them, with this officer in their place. They are made of what the officer
    /// has at hand, which may differ from what is stored by now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn articles(&self, officer: &Principal, announcement: &Announcement) -> Result<Vec<Article>, Error> {
        let (id, variants, viewer) = (announcement.id, announcement.variants.clone(), Viewer::from(officer));
        let unit = self.unit(Trace::default());
        let mut fillings = self.read(move |conn| unit.fillings(conn, id, &viewer, &variants)).await?;
        let mut articles = Vec::new();
        for (&language, variant) in &announcement.variants {
            let html = self.html(language, variant.body_markdown.clone(), fillings.remove(&language)).await?;
            articles.push(Article { language, title: variant.subject.clone(), html });
        }
        Ok(articles)
    }

    /// A text as HTML, with its places filled where there are values.
    pub(super) async fn html(
        &self,
        language: Language,
        markdown: String,
        filling: Option<Filling>,
    ) -> Result<String, Error> {
        let html = self.texts.html(language, markdown, &self.metrics).await?;
        Ok(filling.map_or_else(|| html.as_ref().to_owned(), |filling| filling.fill(&Template::html(&html, ""))))
    }
}

impl UnitOfWork<Announcements> {
    /// The values for those variants of an announcement that have places.
    pub(super) fn fillings(
        &self,
        conn: &mut Conn,
        id: Id,
        viewer: &Viewer,
        variants: &Variants,
    ) -> Result<BTreeMap<Language, Filling>, Error> {
        let personal = variants.iter().filter(|(_, variant)| template::is_personal(&variant.body_markdown));
        personal.map(|(&language, _)| Ok::<_, Error>((language, self.filling(conn, id, viewer, language)?))).collect()
    }

    /// The values for the places of one variant.
    pub(super) fn filling(
        &self,
        conn: &mut Conn,
        id: Id,
        viewer: &Viewer,
        language: Language,
    ) -> Result<Filling, Error> {
        let merge = merge(conn, viewer, language)?;
        // There is no mail where somebody of the Secretariat looks at an announcement to others. A program gets no
        // link: its bearer could choose topics and acknowledge in the reader's name, which no API token may.
        let mail = if viewer.is_program { None } else { read_receipts::mail_of(conn, viewer.user_id, id)? };
        let token = mail.map_or("…".to_owned(), |mail| self.service.mail_tokens.of(mail));
        let choices = format!("{}/subscriptions/{token}", self.outbox.letters().public_url());
        Ok(Filling { merge, choices })
    }
}

/// The values for the places of a text.
pub(super) struct Filling {
    merge: Merge,
    /// The URL of the page of the viewer's subscriptions.
    choices: String,
}

impl Filling {
    /// Fills the places of a text.
    pub(super) fn fill(&self, text: &Template) -> String {
        let Merge { name, administration } = &self.merge;
        let name = name.as_deref().unwrap_or_default();
        text.fill(&Values { name, administration, unsubscribe: &self.choices, mail: "" })
    }
}

/// Name and organisation of this viewer.
fn merge(conn: &mut Conn, viewer: &Viewer, language: Language) -> Result<Merge, Error> {
    let found = members::some(conn, viewer.organisation.as_slice())?.pop();
    let administration = found.map(|it| it.name_in(language).to_owned());
    Ok(Merge { name: Some(viewer.name.clone()), administration: administration.unwrap_or_default() })
}
