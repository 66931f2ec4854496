//! Pages of announcements. For readers: the archive of what was sent to a person, and one announcement. For the Secretariat: all steps
//! from the draft to the last mail.
//!
//! An announcement is read by its recipients, by people of the Secretariat, by the reader of the mail whose token is
//! in the address (`?mail=`), and if it is public by anybody. To open it changes nothing: its buttons mark it as read
//! and acknowledge it.
//!
//! - `archive` the list of what was sent to the viewer
//! - `reading` one announcement, its acknowledgement, and its read mark
//! - `authoring` the pages of the Secretariat

mod archive;
mod authoring;
mod reading;

use std::collections::BTreeMap;

use super::AnnouncementEntry;
use super::rules;
use crate::error::Error;
use crate::i18n::Language;
use crate::subscriptions::TopicSubscriptions;
use crate::web::{Page, Pages};

/// The address of an announcement. The pattern of an id keeps it apart from addresses with a word in its place.
const ONE: &str = "/announcements/{id:[0-9a-fA-F-]{36}}";

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form(ONE, reading::read, reading::acknowledge)
        .with_slash()
        .page("/announcements", archive::list)
        .button("/announcements/read", archive::mark_all_read)
        .button(&format!("{ONE}/read"), reading::mark_read)
        .button(&format!("{ONE}/unread"), reading::mark_unread)
        .and(authoring::routes())
}

/// The names of topics in the language of a page, by their codes.
struct TopicNames(BTreeMap<String, String>);

impl TopicNames {
    async fn load(topics: &TopicSubscriptions, page: &Page) -> Result<Self, Error> {
        let named = topics.topics().await?.into_iter().map(|topic| {
            let name = topic.name_in(page.language());
            (topic.code, name)
        });
        Ok(Self(named.collect()))
    }

    /// The name of a topic, or the word for official notices, which have none.
    fn of(&self, page: &Page, topic: Option<&str>) -> String {
        topic.map_or_else(
            || page.text("announcements-official"),
            |code| self.0.get(code).cloned().unwrap_or_else(|| code.to_owned()),
        )
    }
}

/// The language in which a page shows the subject of an announcement, and the subject.
fn subject(entry: &AnnouncementEntry, language: Language) -> (Language, String) {
    let written: Vec<Language> = entry.subjects.keys().copied().collect();
    let language = rules::language_for(language, &Vec::new, &written, entry.default_language);
    (language, entry.subjects.get(&language).cloned().unwrap_or_default())
}
