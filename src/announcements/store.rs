//! All SQL of announcements and deliveries.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::types::{AnnouncementStatus, Draft, Row, Variant, Variants};
use crate::db::schema::{announcement, announcement_variant, delivery, setback, topic};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

/// Writes a new draft down.
pub(super) fn insert(conn: &mut Conn, id: Id, author: Id, draft: &Draft, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(announcement::table)
        .values((
            announcement::id.eq(id),
            announcement::author_id.eq(author),
            announcement::status.eq(AnnouncementStatus::Draft),
            announcement::audience.eq(Document(draft.audience.clone())),
            announcement::default_language.eq(draft.default_language),
            announcement::required_languages.eq(Document(draft.required_languages.clone())),
            announcement::topic.eq(draft.topic.as_deref()),
            announcement::acknowledge.eq(draft.acknowledge),
            announcement::public.eq(draft.public),
            announcement::recipients.eq(0),
            announcement::created_at.eq(now),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    replace_variants(conn, id, &draft.variants)
}

/// Makes it say something else; what was approved or planned for it is gone.
pub(super) fn rewrite(conn: &mut Conn, id: Id, author: Id, draft: &Draft, now: Timestamp) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::author_id.eq(author),
            announcement::status.eq(AnnouncementStatus::Draft),
            announcement::audience.eq(Document(draft.audience.clone())),
            announcement::default_language.eq(draft.default_language),
            announcement::required_languages.eq(Document(draft.required_languages.clone())),
            announcement::topic.eq(draft.topic.as_deref()),
            announcement::acknowledge.eq(draft.acknowledge),
            announcement::public.eq(draft.public),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    set_approval(conn, id, &Approval::default())?;
    set_time(conn, id, None, None)?;
    replace_variants(conn, id, &draft.variants)
}

/// Who asked for approval of what, and who gave it.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = announcement, treat_none_as_null = true)]
pub(super) struct Approval {
    pub(super) content_hash: Option<Vec<u8>>,
    pub(super) submitted_by: Option<Id>,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) approved_by: Option<Id>,
    pub(super) approved_at: Option<Timestamp>,
}

pub(super) fn set_approval(conn: &mut Conn, id: Id, approval: &Approval) -> Result<(), Error> {
    on_each!(conn, c => diesel::update(announcement::table.find(id)).set(approval).execute(c))?;
    Ok(())
}

/// Somebody else agrees.
pub(super) fn approve(conn: &mut Conn, id: Id, by: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((announcement::approved_by.eq(by), announcement::approved_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// When it is to begin.
pub(super) fn set_time(conn: &mut Conn, id: Id, at: Option<Timestamp>, zone: Option<&str>) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((announcement::send_at.eq(at), announcement::zone.eq(zone)))
        .execute(conn)?;
    Ok(())
}

/// Moves it to another state, and says why where there is something to say.
pub(super) fn set_status(
    conn: &mut Conn,
    id: Id,
    status: AnnouncementStatus,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((announcement::status.eq(status), announcement::reason.eq(reason), announcement::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Fixes whom it goes to, and how many they are.
pub(super) fn set_begun(
    conn: &mut Conn,
    id: Id,
    chosen: Vec<u8>,
    recipients: i32,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::chosen.eq(chosen),
            announcement::fan_cursor.eq(0),
            announcement::recipients.eq(recipients),
            announcement::sent_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What the mails in a language say.
pub(super) fn set_content(conn: &mut Conn, id: Id, language: Language, content: Id) -> Result<(), Error> {
    diesel::update(announcement_variant::table.find((id, language.as_str())))
        .set(announcement_variant::content_id.eq(content))
        .execute(conn)?;
    Ok(())
}

/// Those that have ended, of which the last mail has come to an end.
pub(super) fn set_finished(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<(), Error> {
    diesel::update(announcement::table.filter(announcement::id.eq_any(ids)))
        .set(announcement::finished_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Scheduled ones whose time has come.
pub(super) fn due(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::status.eq(AnnouncementStatus::Scheduled).and(announcement::send_at.le(now)))
        .filter(not(exists(setback::table.filter(setback::id.eq(announcement::id).and(setback::until.gt(now))))))
        .order(announcement::send_at)
        .limit(most)
        .select(announcement::id)
        .load(conn)?)
}

/// Those whose recipients are not all written down yet.
pub(super) fn to_fan_out(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::fan_cursor.is_not_null())
        .order(announcement::id)
        .select(announcement::id)
        .load(conn)?)
}

/// Those in one state.
pub(super) fn in_state(conn: &mut Conn, status: AnnouncementStatus) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::status.eq(status))
        .order(announcement::id)
        .select(announcement::id)
        .load(conn)?)
}

/// Whether there is a topic of this code that may be written about.
pub(super) fn is_topic(conn: &mut Conn, code: &str) -> Result<bool, Error> {
    let open = topic::table.filter(topic::code.eq(code).and(topic::retired.eq(false)));
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

fn replace_variants(conn: &mut Conn, id: Id, variants: &Variants) -> Result<(), Error> {
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

/// Whom a mail was for, and the topic of its announcement.
pub(super) fn reader_of(conn: &mut Conn, mail: Id) -> Result<Option<(Id, Option<String>)>, Error> {
    Ok(delivery::table
        .inner_join(announcement::table)
        .filter(delivery::mail_id.eq(mail))
        .select((delivery::user_id, announcement::topic))
        .first(conn)
        .optional()?)
}

pub(super) fn hand_over_drafts(conn: &mut Conn, from: Id, to: Id, now: Timestamp) -> Result<(), Error> {
    let drafts = announcement::author_id.eq(from).and(announcement::status.eq(AnnouncementStatus::Draft));
    diesel::update(announcement::table.filter(drafts))
        .set((announcement::author_id.eq(to), announcement::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
