//! Rendering of texts, outside of units of work: other writes wait for a unit of work, and a text takes milliseconds.
//!
//! [`CheckedTexts`] is a form whose texts are cheap enough to render; drafts are written from nothing else.
//! [`Rendering`] holds the mails of an announcement, made from the draft as it was a moment before; the unit of work
//! that uses it compares the hash of the draft. A few texts are rendered at a time, however many authors send some and
//! disconnect ([`Lane::beside`]).

use std::collections::BTreeMap;

use super::types::{Compose, Draft, Revise};
use super::{Announcements, draft_of, rules, store};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::heavy_work::Lane;
use crate::i18n::Language;
use crate::mail::{self, Content, MailSize, Merge};
use crate::service::Service as _;

/// A form whose texts are cheap enough to render.
pub(super) struct CheckedTexts<T>(pub(super) T);

impl CheckedTexts<Compose> {
    /// Checks the texts of a new draft.
    ///
    /// # Errors
    /// 422 that names every text at fault.
    pub(super) async fn composed(lane: &Lane, compose: Compose) -> Result<Self, Error> {
        lane.beside(move || rules::legible(&compose.variants).map(|()| Self(compose))).await
    }
}

impl CheckedTexts<Revise> {
    /// Checks the texts of a change.
    ///
    /// # Errors
    /// As [`CheckedTexts::composed`].
    pub(super) async fn revised(lane: &Lane, revise: Revise) -> Result<Self, Error> {
        lane.beside(move || revise.variants.as_ref().map_or(Ok(()), rules::legible).map(|()| Self(revise))).await
    }
}

/// The mails of an announcement, one for each language.
pub(super) struct Rendering {
    /// The hash of the draft that it was made from.
    hash: Vec<u8>,
    contents: BTreeMap<Language, Content>,
}

impl Rendering {
    /// Renders an announcement.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn of(service: &Announcements, id: Id) -> Result<Self, Error> {
        let draft = service.read(move |conn| {
            let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
            draft_of(conn, &row)
        });
        let (draft, writer) = (draft.await?, service.clone());
        let render = move || {
            let mut contents = BTreeMap::new();
            for (&language, variant) in &draft.variants {
                contents.insert(language, writer.content(id, &draft, language, variant)?);
            }
            Ok(Self { hash: rules::hash(&draft)?, contents })
        };
        service.lane.beside(render).await
    }

    /// The size of the mail in each language, for a reader without a name.
    pub(super) async fn sizes(&self, service: &Announcements) -> Result<BTreeMap<Language, MailSize>, Error> {
        let (contents, letters) = (self.contents.clone(), service.foundation.outbox.letters().clone());
        let measure = move || {
            let size = |content: &Content| mail::size_of(&letters.for_one(content, &Merge::default()));
            Ok(contents.iter().map(|(&language, content)| (language, size(content))).collect())
        };
        service.lane.beside(measure).await
    }

    /// Whether it was made from this draft.
    pub(super) fn is_of(&self, draft: &Draft) -> Result<bool, Error> {
        Ok(self.hash == rules::hash(draft)?)
    }

    /// The mails, where the draft is the one that they were made from.
    ///
    /// # Errors
    /// 409 where it was changed meanwhile.
    pub(super) fn contents(&self, draft: &Draft) -> Result<&BTreeMap<Language, Content>, Error> {
        if self.is_of(draft)? { Ok(&self.contents) } else { Err(Error::conflict(ProblemCode::ContentChanged)) }
    }
}
