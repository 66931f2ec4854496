//! All SQL of announcements and deliveries.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::types::{AnnouncementStatus, Audience, Row, Variant, Variants};
use crate::db::schema::{announcement, announcement_variant, delivery};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    author: Id,
    audience: Audience,
    default_language: Language,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(announcement::table)
        .values((
            announcement::id.eq(id),
            announcement::author_id.eq(author),
            announcement::status.eq(AnnouncementStatus::Draft),
            announcement::audience.eq(Document(audience)),
            announcement::default_language.eq(default_language),
            announcement::recipients.eq(0),
            announcement::created_at.eq(now),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn update(
    conn: &mut Conn,
    id: Id,
    audience: Audience,
    default_language: Language,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::audience.eq(Document(audience)),
            announcement::default_language.eq(default_language),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn replace_variants(conn: &mut Conn, id: Id, variants: &Variants) -> Result<(), Error> {
    diesel::delete(announcement_variant::table.filter(announcement_variant::announcement_id.eq(id))).execute(conn)?;
    let rows: Vec<_> = variants
        .iter()
        .map(|(&language, variant)| {
            (
                announcement_variant::announcement_id.eq(id),
                announcement_variant::language.eq(language.as_str()),
                announcement_variant::subject.eq(&variant.subject),
                announcement_variant::body_markdown.eq(&variant.body_markdown),
            )
        })
        .collect();
    on_each!(conn, c => diesel::insert_into(announcement_variant::table).values(&rows).execute(c))?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    Ok(announcement::table.find(id).select(Row::as_select()).first(conn).optional()?)
}

/// The same, kept from others until the unit of work ends. On SQLite a unit that writes is alone anyway.
pub(super) fn find_for_update(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    match conn {
        Conn::Postgres(c) => {
            Ok(announcement::table.find(id).select(Row::as_select()).for_update().first(c).optional()?)
        }
        Conn::Sqlite(_) => find(conn, id),
    }
}

pub(super) fn variants(conn: &mut Conn, id: Id) -> Result<Variants, Error> {
    let rows: Vec<(Language, String, String)> = announcement_variant::table
        .filter(announcement_variant::announcement_id.eq(id))
        .select((announcement_variant::language, announcement_variant::subject, announcement_variant::body_markdown))
        .load(conn)?;
    let variant = |(language, subject, body_markdown)| (language, Variant { subject, body_markdown });
    Ok(rows.into_iter().map(variant).collect())
}

/// The subjects of several announcements.
pub(super) fn subjects(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, BTreeMap<Language, String>>, Error> {
    let rows: Vec<(Id, Language, String)> = announcement_variant::table
        .filter(announcement_variant::announcement_id.eq_any(ids))
        .select((announcement_variant::announcement_id, announcement_variant::language, announcement_variant::subject))
        .load(conn)?;
    let mut subjects: BTreeMap<Id, BTreeMap<Language, String>> = BTreeMap::new();
    for (id, language, subject) in rows {
        subjects.entry(id).or_default().insert(language, subject);
    }
    Ok(subjects)
}

pub(super) fn delete(conn: &mut Conn, id: Id) -> Result<(), Error> {
    diesel::delete(announcement::table.find(id)).execute(conn)?;
    Ok(())
}

/// Announcements, the newest first, before an id.
pub(super) fn list(
    conn: &mut Conn,
    statuses: &[AnnouncementStatus],
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let mut query =
        announcement::table.select(Row::as_select()).order(announcement::id.desc()).limit(limit).into_boxed();
    if !statuses.is_empty() {
        query = query.filter(announcement::status.eq_any(statuses));
    }
    if let Some(before) = before {
        query = query.filter(announcement::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Announcements that were sent to this person, the newest first, before an id.
pub(super) fn list_for(conn: &mut Conn, user: Id, before: Option<Id>, limit: i64) -> Result<Vec<Row>, Error> {
    let mut query = delivery::table
        .inner_join(announcement::table)
        .filter(delivery::user_id.eq(user))
        .select(Row::as_select())
        .order(delivery::announcement_id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(delivery::announcement_id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Whether it was sent to this person.
pub(super) fn is_addressed_to(conn: &mut Conn, id: Id, user: Id) -> Result<bool, Error> {
    let own = delivery::table.filter(delivery::user_id.eq(user).and(delivery::announcement_id.eq(id)));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
}

/// Turns a draft into a sent one; whether it was a draft. Of two that try at once, one succeeds.
pub(super) fn set_sent(conn: &mut Conn, id: Id, recipients: i32, now: Timestamp) -> Result<bool, Error> {
    let draft = announcement::id.eq(id).and(announcement::status.eq(AnnouncementStatus::Draft));
    let changed = diesel::update(announcement::table.filter(draft))
        .set((
            announcement::status.eq(AnnouncementStatus::Sent),
            announcement::recipients.eq(recipients),
            announcement::sent_at.eq(now),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Writes down who gets it by which mail.
pub(super) fn insert_deliveries(conn: &mut Conn, id: Id, mails: &[(Id, Id)]) -> Result<(), Error> {
    for chunk in mails.chunks(BATCH) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|&(mail, user)| {
                (delivery::mail_id.eq(mail), delivery::announcement_id.eq(id), delivery::user_id.eq(user))
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(delivery::table).values(&rows).execute(c))?;
    }
    Ok(())
}

pub(super) fn hand_over_drafts(conn: &mut Conn, from: Id, to: Id, now: Timestamp) -> Result<(), Error> {
    let drafts = announcement::author_id.eq(from).and(announcement::status.eq(AnnouncementStatus::Draft));
    diesel::update(announcement::table.filter(drafts))
        .set((announcement::author_id.eq(to), announcement::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
