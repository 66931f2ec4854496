//! Drafts: creates, changes and deletes them. Every change makes the announcement a draft again and voids its approval
//! and its plan.

use super::rendering::CheckedTexts;
use super::state_machine::Event;
use super::types::{Announcement, AnnouncementStatus, Compose, Draft, Revise};
use super::{Announcements, draft_of, lock_for, rules, store};
use crate::audit::{self, Entry, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::idempotency::{Answer, Ticket};
use crate::secrets::hex;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::text;

impl Announcements {
    /// Creates a draft; `ticket` makes it idempotent.
    ///
    /// # Errors
    /// 422.
    pub async fn create(
        &self,
        author: Id,
        trace: Trace,
        ticket: Option<Ticket>,
        compose: Compose,
    ) -> Result<Answer, Error> {
        let compose = CheckedTexts::composed(&self.lane, compose).await?;
        let create = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let draft = unit.create(conn, Id::new(unit.now, &unit.random), author, compose)?;
            Ok(Answer::json(201, &draft)?.at(format!("/api/v1/announcements/{}", draft.id)))
        };
        self.write_once(trace, ticket, by_right_of_guard, create).await
    }

    /// Changes an announcement that has not begun, and makes it a draft again. What is absent stays; a change of
    /// nothing leaves it as it is. `read` is the `content_hash` of what the change was made from, where that is known.
    ///
    /// # Errors
    /// 404, 409 where it has begun, 412 where it is another one than `read`, 422.
    pub async fn revise(
        &self,
        author: Id,
        trace: Trace,
        id: Id,
        revise: Revise,
        read: Option<String>,
    ) -> Result<Announcement, Error> {
        let revise = CheckedTexts::revised(&self.lane, revise).await?;
        self.write(trace, move |unit, conn| unit.revise(conn, id, author, revise, read.as_deref())).await
    }

    /// Deletes a draft.
    ///
    /// # Errors
    /// 404, 409 where it is no draft.
    pub async fn delete(&self, officer: Id, trace: Trace, id: Id) -> Result<(), Error> {
        self.write(trace, move |unit, conn| unit.delete(conn, id, officer)).await
    }
}

impl UnitOfWork<Announcements> {
    fn create(
        &self,
        conn: &mut Conn,
        id: Id,
        author: Id,
        CheckedTexts(compose): CheckedTexts<Compose>,
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
        self.note(conn, id, author, audit::Event::AnnouncementDrafted)?;
        self.read(conn, id)
    }

    fn revise(
        &self,
        conn: &mut Conn,
        id: Id,
        author: Id,
        CheckedTexts(revise): CheckedTexts<Revise>,
        read: Option<&str>,
    ) -> Result<Announcement, Error> {
        let (row, _) = lock_for(conn, id, Event::Revise)?;
        let before = draft_of(conn, &row)?;
        let known = rules::hash(&before)?;
        if read.is_some_and(|read| !read.eq_ignore_ascii_case(&hex(&known))) {
            return Err(Error::changed_meanwhile());
        }
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
        if rules::hash(&draft)? == known {
            // Approval and plan stay valid.
            return self.read(conn, id);
        }
        store::rewrite(conn, id, author, &draft, self.now)?;
        self.record(conn, id, Some(author), Event::Revise)?;
        self.read(conn, id)
    }

    fn delete(&self, conn: &mut Conn, id: Id, by: Id) -> Result<(), Error> {
        let (row, _) = lock_for(conn, id, Event::Revise)?;
        if row.status != AnnouncementStatus::Draft {
            return Err(Error::conflict(ProblemCode::NotADraft));
        }
        store::delete(conn, id)?;
        self.note(conn, id, by, audit::Event::AnnouncementDeleted)
    }

    /// Writes into the audit log.
    fn note(&self, conn: &mut Conn, id: Id, by: Id, event: audit::Event) -> Result<(), Error> {
        self.audit.record(conn, &self.trace, &Entry::by(event, by, id))
    }
}

/// Parses and normalises the fields of a draft.
///
/// # Errors
/// 422.
fn parse(conn: &mut Conn, draft: Draft) -> Result<Draft, Error> {
    let few = text::few(&draft.required_languages, rules::MAX_LANGUAGES);
    few.map_err(|fault| Error::invalid(vec![FieldError { pointer: "/required_languages".to_owned(), ..fault }]))?;
    let variants = rules::variants(&draft.variants, draft.default_language)?;
    let audience = draft.audience.parse(conn)?;
    let topic = draft.topic.map(|code| code.trim().to_lowercase());
    if let Some(code) = &topic
        && !store::is_topic(conn, code)?
    {
        return Err(Error::invalid(vec![
            FieldError::new("/topic", FieldCode::UnknownTopic).with("value", text::shown(code)),
        ]));
    }
    let mut required_languages = draft.required_languages;
    required_languages.sort_unstable();
    required_languages.dedup();
    let draft = Draft { audience, required_languages, variants, topic, ..draft };
    rules::check_places(&draft)?;
    Ok(draft)
}
