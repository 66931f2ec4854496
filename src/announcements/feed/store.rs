//! The SQL of the feed.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::announcements::types::{AnnouncementStatus, Variant, Variants};
use crate::db::schema::{announcement, announcement_variant};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::time::Timestamp;

/// A public announcement without its texts.
pub(super) struct PublicAnnouncement {
    pub(super) id: Id,
    pub(super) default_language: Language,
    pub(super) sent_at: Timestamp,
}

/// A literal condition and no bound value, since the partial index has the same literal.
const fn is_public(conn: &Conn) -> &'static str {
    match conn {
        Conn::Postgres(_) => "announcement.public",
        Conn::Sqlite(_) => "announcement.public = 1",
    }
}

/// The newest public announcements of which the last mail has once come to an end and that were not cancelled.
pub(super) fn newest(conn: &mut Conn, most: i64) -> Result<Vec<PublicAnnouncement>, Error> {
    let sent = announcement::status.ne(AnnouncementStatus::Cancelled).and(announcement::finished_at.is_not_null());
    let rows: Vec<(Id, Language, Timestamp)> = announcement::table
        .filter(diesel::dsl::sql::<Bool>(is_public(conn)))
        .filter(sent.and(announcement::sent_at.is_not_null()))
        .order((announcement::sent_at.desc(), announcement::id.desc()))
        .limit(most)
        .select((announcement::id, announcement::default_language, announcement::sent_at.assume_not_null()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, default_language, sent_at)| PublicAnnouncement { id, default_language, sent_at })
        .collect())
}

/// The texts of these announcements.
pub(super) fn texts(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Variants>, Error> {
    let rows: Vec<(Id, Language, String, String)> = announcement_variant::table
        .filter(announcement_variant::announcement_id.eq_any(ids))
        .select((
            announcement_variant::announcement_id,
            announcement_variant::language,
            announcement_variant::subject,
            announcement_variant::body_markdown,
        ))
        .load(conn)?;
    let mut texts: BTreeMap<Id, Variants> = BTreeMap::new();
    for (id, language, subject, body_markdown) in rows {
        texts.entry(id).or_default().insert(language, Variant { subject, body_markdown });
    }
    Ok(texts)
}
