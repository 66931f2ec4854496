//! One announcement: its text in the language of its reader or in another one that was asked for, what it is about,
//! and the buttons to acknowledge it and to mark it.
//!
//! The link of a mail carries the mail's token, in whose reader's name the page reads and acknowledges. The page
//! shows nothing else of that reader.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::TopicNames;
use crate::announcements::Announcements;
use crate::announcements::read_receipts::{AnnouncementPage, AskedLanguage};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::{Query, RequestContext, chosen_language, language};
use crate::i18n::Language;
use crate::identity::guards::{ActiveContact, CanAnswerAnnouncements};
use crate::policy::{self, Action};
use crate::subscriptions::TopicSubscriptions;
use crate::time::Timestamp;
use crate::web::{Desk, Notice, Page, PageResult};

/// How one came to an announcement, and in which language it is asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// The token of a mail.
    mail: Option<String>,
    #[serde(default)]
    language: String,
}

#[derive(Template)]
#[template(path = "announcements/reading.html")]
struct Reading<'a> {
    page: &'a Page,
    shown: AnnouncementPage,
    /// Where its form leads: its address, with the token of the mail.
    address: String,
    /// Its address without the token, for the other forms.
    own_address: String,
    topic: String,
    /// When it began to be sent.
    sent_at: Option<Timestamp>,
    /// When its reader acknowledged it.
    acknowledged_at: Option<Timestamp>,
    /// A sentence where its text has another language than the page; else empty.
    other_language: String,
    /// The other languages in which it is written.
    versions: Vec<Version>,
    deeds: Deeds,
}

/// An announcement in another language.
struct Version {
    address: String,
    language: &'static str,
    label: String,
}

/// What the viewer may do.
#[derive(Default)]
struct Deeds {
    may_mark_read: bool,
    may_mark_unread: bool,
    /// To follow it as an officer.
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "announcements/closed.html")]
struct Closed<'a> {
    page: &'a Page,
    /// The address of the announcement, to which a login leads back.
    address: String,
}

/// The page of an announcement.
pub(super) async fn read(
    viewer: Option<ActiveContact>,
    page: Page,
    announcements: web::Data<Announcements>,
    topics: web::Data<TopicSubscriptions>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<Asked>,
) -> PageResult {
    let (id, Asked { mail, language: version }) = (id.into_inner(), query.0);
    let viewer = viewer.map(|viewer| viewer.0);
    let chosen = chosen_language(&request);
    let asked = AskedLanguage { chosen: Language::parse(&version).or(chosen), accepted: language(&request) };
    let shown = match announcements.page(viewer.clone(), id, mail.clone(), asked).await {
        Ok(shown) => AnnouncementPage { html: below_title(shown.html), ..shown },
        Err(error) => return closed(&page, id, error),
    };
    // A language that was chosen on a page goes before that of the reader.
    let page = match shown.reader_language.filter(|_| chosen.is_none()) {
        Some(own) => page.in_language(own),
        None => page,
    };
    let deeds = viewer.map_or_else(Deeds::default, |viewer| {
        let may = |action| policy::check(&viewer, action).is_ok();
        let unread = shown.reading.filter(|_| may(Action::AnswerAnnouncements)).map(|reading| reading.unread);
        Deeds {
            may_mark_read: unread == Some(true),
            may_mark_unread: unread == Some(false),
            may_manage: may(Action::ManageAnnouncements),
        }
    });
    let topic = match shown.topic.as_deref() {
        Some(code) => TopicNames::load(&topics, &page).await?.of(&page, Some(code)),
        None => page.text("announcements-official"),
    };
    page.show(&Reading {
        page: &page,
        address: address(id, mail.as_deref()),
        own_address: address(id, None),
        topic,
        sent_at: shown.sent_at,
        acknowledged_at: shown.reading.and_then(|reading| reading.acknowledged_at),
        other_language: other_language(&page, &shown),
        versions: versions(&page, &shown, id, mail.as_deref()),
        deeds,
        shown,
    })
}

/// Acknowledges an announcement, in the name of who is logged in or of the reader of the mail.
pub(super) async fn acknowledge(
    reader: Option<CanAnswerAnnouncements>,
    page: Page,
    announcements: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
    query: Query<Asked>,
) -> PageResult {
    let (id, mail) = (id.into_inner(), query.0.mail);
    let reader = reader.map(|reader| reader.user_id);
    let acknowledged = match reader {
        Some(reader) => announcements.acknowledge(reader, Trace::from(&caller), id).await,
        None => announcements.acknowledge_by_link(&caller, id, mail.clone().unwrap_or_default()).await,
    };
    match acknowledged {
        Ok(_) => {
            let notice = Notice::new("announcement-acknowledged");
            page.lead_on(&address(id, mail.as_deref()), notice)
        }
        Err(error) => closed(&page, id, error),
    }
}

/// Marks an announcement as read.
pub(super) async fn mark_read(desk: Desk<CanAnswerAnnouncements, Announcements>) -> PageResult {
    desk.service.set_read(desk.person.user_id, desk.trace(), desk.place, true).await?;
    desk.page.lead_on(&address(desk.place, None), Notice::new("announcement-read"))
}

/// Marks an announcement as unread again.
pub(super) async fn mark_unread(desk: Desk<CanAnswerAnnouncements, Announcements>) -> PageResult {
    desk.service.set_read(desk.person.user_id, desk.trace(), desk.place, false).await?;
    desk.page.lead_on(&address(desk.place, None), Notice::new("announcement-unread"))
}

/// The page of an announcement that its viewer may not read, or that does not exist: it does not tell which.
fn closed(page: &Page, id: Id, error: Error) -> PageResult {
    if error.refusal() != Some(ProblemCode::NotFound) {
        return Err(error);
    }
    page.answer(StatusCode::NOT_FOUND, None, &Closed { page, address: address(id, None) })
}

/// The address of an announcement, with the token of a mail.
fn address(id: Id, mail: Option<&str>) -> String {
    with_parameters(id, &[("mail", mail.unwrap_or_default())])
}

/// The address of an announcement with those of these parameters that have a value.
fn with_parameters(id: Id, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("/announcements/{id}{separator}{query}")
}

/// Says that the text has another language than the page, and whether it has to.
fn other_language(page: &Page, shown: &AnnouncementPage) -> String {
    if shown.language == page.language() {
        return String::new();
    }
    let is_written = shown.written.contains(&page.language());
    let key = if is_written { "announcement-language-chosen" } else { "announcement-language-missing" };
    let name = |language: Language| page.words("language", language.as_str());
    page.text_with(key, &[("page", name(page.language())), ("text", name(shown.language))])
}

/// The links to the other languages of an announcement.
fn versions(page: &Page, shown: &AnnouncementPage, id: Id, mail: Option<&str>) -> Vec<Version> {
    let version = |language: &Language| {
        let name = page.words("language", language.as_str());
        Version {
            address: with_parameters(id, &[("mail", mail.unwrap_or_default()), ("language", language.as_str())]),
            language: language.as_str(),
            label: page.say("announcement-read-in", "language", name),
        }
    };
    shown.written.iter().filter(|language| **language != shown.language).map(version).collect()
}

/// Safe HTML whose headings are one level lower, below the title of the page. It has `<h1` in tags alone: in text it
/// is escaped.
pub(super) fn below_title(html: String) -> String {
    (1..6).rev().fold(html, |html, level: u8| {
        let lower = level + 1;
        html.replace(&format!("<h{level}"), &format!("<h{lower}"))
            .replace(&format!("</h{level}>"), &format!("</h{lower}>"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_an_announcement_are_below_its_title() {
        let html = "<h1>A</h1><hr><h2 dir=\"rtl\">B</h2><h5>C</h5><h6>D</h6> &lt;h1&gt;".to_owned();
        let lower = "<h2>A</h2><hr><h3 dir=\"rtl\">B</h3><h6>C</h6><h6>D</h6> &lt;h1&gt;";
        assert_eq!(below_title(html), lower);
    }

    #[test]
    fn an_address_has_what_is_given_and_nothing_else() {
        let address = |mail, language| with_parameters(Id::nil(), &[("mail", mail), ("language", language)]);
        let own = "/announcements/00000000-0000-0000-0000-000000000000";
        assert_eq!(address("", ""), own);
        assert_eq!(address("a&b", "fr"), format!("{own}?mail=a%26b&language=fr"));
    }
}
