//! Drafts: to begin, change and delete one. Every change makes it a draft again and voids what was approved or planned.

use super::machine::Event;
use super::rendering::Legible;
use super::types::{Announcement, AnnouncementStatus, Compose, Draft, Revise};
use super::{Desk, draft_of, hold, rules, store};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::text;

impl Desk {
    /// Begins a draft.
    pub(super) fn create(
        &self,
        conn: &mut Conn,
        id: Id,
        author: Id,
        Legible(compose): Legible<Compose>,
    ) -> Result<Announcement, Error> {
        let draft = Draft {
            audience: compose.audience,
            default_language: compose.default_language,
            required_languages: compose.required_languages,
            variants: compose.variants,
            topic: compose.topic,
            acknowledge: compose.acknowledge,
            public: compose.public,
        };
        let draft = parse(conn, draft)?;
        store::insert(conn, id, author, &draft, self.now)?;
        self.read(conn, id)
    }

    /// Changes what it says; what is absent stays.
    pub(super) fn revise(
        &self,
        conn: &mut Conn,
        id: Id,
        author: Id,
        Legible(revise): Legible<Revise>,
    ) -> Result<Announcement, Error> {
        let (row, _) = hold(conn, id, Event::Revise)?;
        let before = draft_of(conn, &row)?;
        let draft = Draft {
            audience: revise.audience.unwrap_or(before.audience),
            default_language: revise.default_language.unwrap_or(before.default_language),
            required_languages: revise.required_languages.unwrap_or(before.required_languages),
            variants: revise.variants.unwrap_or(before.variants),
            topic: revise.topic.unwrap_or(before.topic),
            acknowledge: revise.acknowledge.unwrap_or(before.acknowledge),
            public: revise.public.unwrap_or(before.public),
        };
        let draft = parse(conn, draft)?;
        store::rewrite(conn, id, author, &draft, self.now)?;
        if row.status != AnnouncementStatus::Draft {
            self.note(conn, id, Some(author), Event::Revise)?;
        }
        self.read(conn, id)
    }
}

/// Deletes a draft.
pub(super) fn delete(conn: &mut Conn, id: Id) -> Result<(), Error> {
    let (row, _) = hold(conn, id, Event::Revise)?;
    if row.status == AnnouncementStatus::Draft { store::delete(conn, id) } else { Err(Error::conflict("not_a_draft")) }
}

/// Reads what an author gave.
fn parse(conn: &mut Conn, draft: Draft) -> Result<Draft, Error> {
    let few = text::few(&draft.required_languages, rules::MAX_LANGUAGES);
    few.map_err(|fault| Error::invalid(vec![Fault { pointer: "/required_languages".to_owned(), ..fault }]))?;
    let variants = rules::variants(&draft.variants, draft.default_language)?;
    let audience = draft.audience.parse(conn)?;
    let topic = draft.topic.map(|code| code.trim().to_lowercase());
    if let Some(code) = &topic
        && !store::is_topic(conn, code)?
    {
        return Err(Error::invalid(vec![Fault::new("/topic", "unknown_topic").with("value", text::shown(code))]));
    }
    let mut required_languages = draft.required_languages;
    required_languages.sort_unstable();
    required_languages.dedup();
    let draft = Draft { audience, required_languages, variants, topic, ..draft };
    rules::check_places(&draft)?;
    Ok(draft)
}
