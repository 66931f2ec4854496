//! What takes time with a text, done before or after a unit of work and never in one: everybody's writes wait for one that is under
//! way, and a text takes milliseconds.
//!
//! [`Legible`] is what an author hands in whose texts can be rendered; a draft is written of nothing else. [`Rendering`] is
//! what the mails of an announcement say, made of the draft as it was a moment before: the unit of work that uses it compares the
//! hash of what it was made from.

use std::collections::BTreeMap;

use super::types::{Compose, Draft, Revise};
use super::{Desk, draft_of, rules, store};
use crate::db::{Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::mail::Content;

/// What an author hands in, whose texts cost no more to render than they should.
pub(super) struct Legible<T>(pub(super) T);

impl Legible<Compose> {
    /// Looks at the texts of a new draft.
    ///
    /// # Errors
    /// 422 that names every text that is too much.
    pub(super) async fn composed(compose: Compose) -> Result<Self, Error> {
        let looked = tokio::task::spawn_blocking(move || rules::legible(&compose.variants).map(|()| Self(compose)));
        looked.await.or_internal()?
    }
}

impl Legible<Revise> {
    /// Looks at the texts of a change.
    ///
    /// # Errors
    /// As [`Legible::composed`].
    pub(super) async fn revised(revise: Revise) -> Result<Self, Error> {
        let looked = tokio::task::spawn_blocking(move || {
            revise.variants.as_ref().map_or(Ok(()), rules::legible).map(|()| Self(revise))
        });
        looked.await.or_internal()?
    }
}

/// What the mails of an announcement say in each language.
pub(super) struct Rendering {
    /// Of what it was made.
    hash: Vec<u8>,
    contents: BTreeMap<Language, Content>,
}

impl Rendering {
    /// Renders an announcement as it stands.
    ///
    /// # Errors
    /// 404 where there is none.
    pub(super) async fn of(db: &Db, desk: &Desk, id: Id) -> Result<Self, Error> {
        let draft = db.read(move |conn| {
            let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
            draft_of(conn, &row)
        });
        let (draft, desk) = (draft.await?, desk.clone());
        let rendered = tokio::task::spawn_blocking(move || {
            let mut contents = BTreeMap::new();
            for (&language, variant) in &draft.variants {
                contents.insert(language, desk.content(id, &draft, language, variant)?);
            }
            Ok(Self { hash: rules::hash(&draft)?, contents })
        });
        rendered.await.or_internal()?
    }

    /// Whether it says what this draft says.
    pub(super) fn is_of(&self, draft: &Draft) -> Result<bool, Error> {
        Ok(self.hash == rules::hash(draft)?)
    }

    /// What the mails say, where that is what the draft says still.
    ///
    /// # Errors
    /// 409 where it was changed meanwhile.
    pub(super) fn contents(&self, draft: &Draft) -> Result<&BTreeMap<Language, Content>, Error> {
        if self.is_of(draft)? { Ok(&self.contents) } else { Err(Error::conflict("content_changed")) }
    }
}
