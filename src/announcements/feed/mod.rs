//! The feed of public announcements, for anybody and for programs: Atom (RFC 4287).
//!
//! It holds what was sent and is public, the newest first, each in the language that was asked for or the one it is written in by
//! default. Nothing in it says who it went to. Entries have the ids of their announcements and never change, so a reader of
//! feeds shows none twice; `updated` is when an announcement began to be sent.
//!
//! Anybody may ask for it, as often as they like. Which announcements are in it is looked up each time, by an index and without
//! their texts; since these never change, that says whether the client has the feed already, and whether this process has it
//! rendered (`known`). A feed is cut where it would be longer than a megabyte.

pub mod routes;
mod rules;
mod store;
mod types;

pub use types::FeedQuery;

use std::collections::BTreeMap;

use super::types::Variants;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use rules::Entry;
use store::Public;

/// Announcements of a feed.
const MOST: i64 = 50;

/// The newest public announcements, without their texts.
fn newest(conn: &mut Conn) -> Result<Vec<Public>, Error> {
    store::newest(conn, MOST)
}

/// These announcements with their texts.
fn entries(conn: &mut Conn, rows: Vec<Public>, language: Language) -> Result<Vec<Entry>, Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut texts: BTreeMap<Id, Variants> = store::texts(conn, &ids)?;
    let entry = |row: Public| {
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
