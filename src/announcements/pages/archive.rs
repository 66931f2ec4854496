//! The archive: the announcements that were sent to the viewer, the newest first, all of them or the unread ones; and the
//! button that marks all of them as read.
//!
//! For officers it links to the pages on which announcements and mail are managed.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::{TopicNames, subject};
use crate::announcements::read_receipts::Unread;
use crate::announcements::{AnnouncementEntry, Announcements};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::{ActiveContact, CanAnswerAnnouncements};
use crate::policy::{self, Action, Principal};
use crate::subscriptions::TopicSubscriptions;
use crate::time::Timestamp;
use crate::web::{Desk, Listing, Notice, Page, PageResult, Tab};

/// Which announcements of the archive.
#[derive(Deserialize)]
pub(super) struct ArchiveQuery {
    /// `unread` for those alone that are.
    #[serde(default)]
    show: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "announcements/archive.html")]
struct Archive<'a> {
    page: &'a Page,
    is_unread_alone: bool,
    /// All, and those alone that are unread.
    which: Vec<Tab>,
    /// The number of unread announcements in words.
    unread: String,
    may_mark_all: bool,
    rows: Vec<Row>,
    listing: Listing,
    /// Addresses of pages for officers, with the keys of their link texts.
    offices: Vec<(&'static str, &'static str)>,
}

/// An announcement in the archive.
struct Row {
    address: String,
    subject: String,
    language: &'static str,
    direction: &'static str,
    /// The language in words.
    language_name: String,
    topic: String,
    /// When it was sent.
    sent_at: Option<Timestamp>,
    unread: bool,
    /// The key of the text about its acknowledgement; empty where none is asked for.
    acknowledgement: &'static str,
}

impl Row {
    fn new(page: &Page, topics: &TopicNames, entry: &AnnouncementEntry) -> Self {
        let (language, subject) = subject(entry, page.language());
        let acknowledged = entry.reading.is_some_and(|reading| reading.acknowledged_at.is_some());
        Self {
            address: format!("/announcements/{}", entry.id),
            subject,
            language: language.as_str(),
            direction: language.direction(),
            language_name: page.words("language", language.as_str()),
            topic: topics.of(page, entry.topic.as_deref()),
            sent_at: entry.sent_at,
            unread: entry.reading.is_some_and(|reading| reading.unread),
            acknowledgement: match (entry.acknowledge, acknowledged) {
                (false, _) => "",
                (true, false) => "announcements-to-acknowledge",
                (true, true) => "announcements-acknowledged",
            },
        }
    }
}

/// The archive of the viewer.
pub(super) async fn list(
    viewer: ActiveContact,
    page: Page,
    announcements: web::Data<Announcements>,
    topics: web::Data<TopicSubscriptions>,
    request: HttpRequest,
    query: Query<ArchiveQuery>,
) -> PageResult {
    let ArchiveQuery { show, cursor } = query.0;
    let is_unread_alone = show == "unread";
    let asked = PageRequest::of(&request, None, cursor.as_deref())?;
    let wanted = is_unread_alone.then_some(true);
    let rows = announcements.received(viewer.user_id, wanted, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?;
    let names = TopicNames::load(&topics, &page).await?;
    let unread = announcements.unread(viewer.user_id).await?;
    let tab = |text: &str, address: &str, is_current| Tab::new(page.text(text), address, is_current);
    let which = vec![
        tab("announcements-show-all", "/announcements", !is_unread_alone),
        tab("announcements-show-unread", "/announcements?show=unread", is_unread_alone),
    ];
    page.show(&Archive {
        page: &page,
        is_unread_alone,
        which,
        unread: unread_in_words(&page, unread),
        may_mark_all: unread.announcements > 0 && policy::check(&viewer, Action::AnswerAnnouncements).is_ok(),
        rows: list.data.iter().map(|entry| Row::new(&page, &names, entry)).collect(),
        listing: Listing::of(&page, &list.page),
        offices: offices(&viewer),
    })
}

/// Marks all that the reader may read as read.
pub(super) async fn mark_all_read(desk: Desk<CanAnswerAnnouncements, Announcements, ()>) -> PageResult {
    desk.service.set_all_read(desk.person.user_id, desk.trace()).await?;
    desk.page.lead_on("/announcements", Notice::new("announcements-all-read"))
}

fn unread_in_words(page: &Page, unread: Unread) -> String {
    let key = if unread.more { "announcements-unread-many" } else { "announcements-unread" };
    page.say(key, "count", unread.announcements)
}

/// The pages for officers that this person may open.
fn offices(viewer: &Principal) -> Vec<(&'static str, &'static str)> {
    let pages = [
        (Action::ManageAnnouncements, "/announcements/manage", "announcements-manage"),
        (Action::ManageAnnouncements, "/topics", "page-topics"),
        (Action::ManageAnnouncements, "/sending-rate", "page-sending-rate"),
        (Action::ManageSuppressions, "/suppressions", "page-suppressions"),
        (Action::ManageSuppressions, "/bounces", "page-bounces"),
    ];
    let allowed = pages.into_iter().filter(|(action, ..)| policy::check(viewer, *action).is_ok());
    allowed.map(|(_, address, text)| (address, text)).collect()
}
