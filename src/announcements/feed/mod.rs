//! The feed of public announcements, for anybody and for programs: Atom (RFC 4287).
//!
//! It holds the public announcements that were sent, the newest first, each in the language of the request or else in
//! its default language, and nothing about recipients. Entries have the ids of their announcements and never change, so
//! a feed reader shows none twice; `updated` is when an announcement began to be sent.
//!
//! Requests need no login and have no budget. Each one looks up which announcements are in the feed, by an index and
//! without their texts; since these never change, the result tells whether the client has the feed already, and whether
//! this process has rendered it (`text_cache`). A feed is cut at one megabyte.

pub mod routes;
mod rules;
mod store;
mod types;

pub use types::FeedQuery;

use std::collections::BTreeMap;

use super::Announcements;
use super::types::Variants;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::http::etag;
use crate::http::fixed::Fixed;
use crate::i18n::Language;
use crate::service::Service as _;
use crate::time::Timestamp;
use rules::{Entry, Head, atom, mark};
use store::PublicAnnouncement;

/// Most announcements of a feed.
const MOST: i64 = 50;

const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// The feed in a language, before it is rendered.
struct Feed {
    head: Head,
    /// The newest public announcements, without their texts.
    newest: Vec<PublicAnnouncement>,
    /// The fingerprint of all that it is made from.
    mark: Vec<u8>,
}

/// A public announcement in a list.
#[derive(Debug)]
pub struct Headline {
    /// Its id.
    pub id: Id,
    /// When it was sent.
    pub at: Timestamp,
    /// The language of the title.
    pub language: Language,
    /// Its subject.
    pub title: String,
}

impl Announcements {
    /// The newest public announcements, `most` of them, in a language or else in their own.
    pub async fn headlines(&self, language: Language, most: i64) -> Result<Vec<Headline>, Error> {
        let read = move |conn: &mut Conn| {
            let newest = store::newest(conn, most)?;
            entries(conn, newest, language)
        };
        let shown = |Entry { id, at, language, title, .. }| Headline { id, at, language, title };
        Ok(self.read(read).await?.into_iter().map(shown).collect())
    }

    /// The feed in a language as it stands, before it is rendered.
    async fn feed(&self, language: Language) -> Result<Feed, Error> {
        let newest = self.read(|conn| store::newest(conn, MOST)).await?;
        let community = self.community.name_in(language).to_owned();
        let title = self.catalogue.text(language, "feed-announcements", &[("community", community.clone())]);
        let public_url = self.foundation.outbox.letters().public_url().to_owned();
        let head = Head { title, community, public_url, language };
        Ok(Feed { mark: mark(&head, &newest), head, newest })
    }

    /// The rendered feed, from the cache where it is there.
    async fn render_feed(&self, feed: Feed) -> Result<Fixed, Error> {
        let Feed { head, newest, mark } = feed;
        let (service, tag) = (self.clone(), etag::of_bytes(&mark));
        // Fifty texts are rendered, on a thread that serves nobody.
        let render = async move {
            service.metrics.rendered("feed");
            let language = head.language;
            let entries = service.read(move |conn| entries(conn, newest, language)).await?;
            let write = move || Fixed::tagged(MEDIA_TYPE, tag, atom(&head, &entries).into_bytes());
            tokio::task::spawn_blocking(write).await.or_internal()?
        };
        self.texts.feed(&mark, render).await
    }
}

/// These announcements with their texts.
fn entries(conn: &mut Conn, rows: Vec<PublicAnnouncement>, language: Language) -> Result<Vec<Entry>, Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut texts: BTreeMap<Id, Variants> = store::texts(conn, &ids)?;
    let entry = |row: PublicAnnouncement| {
        let variants = texts.remove(&row.id)?;
        let written: Vec<Language> = variants.keys().copied().collect();
        let language = super::rules::language_for(language, &Vec::new, &written, row.default_language);
        let text = variants.get(&language)?;
        Some(Entry {
            id: row.id,
            at: row.sent_at,
            language,
            title: text.subject.clone(),
            markdown: text.body_markdown.clone(),
        })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}
