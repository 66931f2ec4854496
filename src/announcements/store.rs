//! All SQL of announcements and deliveries.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::cause::Why;
use super::digest;
use super::types::{AnnouncementStatus, Draft, Row, Variant, Variants};
use crate::db::schema::{
    announcement, announcement_variant, announcement_writer, delivery, mail, mail_batch, maintenance_mode, setback,
    topic, users,
};
use crate::db::{Conn, Document, Id, Wakeup};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::policy::Principal;
use crate::time::Timestamp;

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
    add_writer(conn, id, author)?;
    replace_variants(conn, id, &draft.variants)
}

fn add_writer(conn: &mut Conn, id: Id, writer: Id) -> Result<(), Error> {
    let row = (announcement_writer::announcement_id.eq(id), announcement_writer::user_id.eq(writer));
    on_each!(conn, c => diesel::insert_into(announcement_writer::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Everybody who wrote a version of an announcement.
pub(super) fn writers(conn: &mut Conn, row: &Row) -> Result<Vec<Id>, Error> {
    let its = announcement_writer::table.filter(announcement_writer::announcement_id.eq(row.id));
    let mut writers: Vec<Id> =
        its.order(announcement_writer::user_id).select(announcement_writer::user_id).load(conn)?;
    // A portal of an earlier version, beside this one, stores the last author alone.
    if !writers.contains(&row.author_id) {
        writers.push(row.author_id);
    }
    Ok(writers)
}

/// Replaces content and audience; deletes approval and plan.
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
    set_plan(conn, id, &Plan::default())?;
    add_writer(conn, id, author)?;
    replace_variants(conn, id, &draft.variants)
}

/// The request for an approval, and the approval.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = announcement, treat_none_as_null = true)]
pub(super) struct Approval {
    pub(super) content_hash: Option<Vec<u8>>,
    pub(super) submitted_by: Option<Id>,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) approved_by: Option<Id>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) approved_with: Option<Id>,
}

pub(super) fn set_approval(conn: &mut Conn, id: Id, approval: &Approval) -> Result<(), Error> {
    on_each!(conn, c => diesel::update(announcement::table.find(id)).set(approval).execute(c))?;
    Ok(())
}

/// Stores an approval of this draft.
pub(super) fn approve(
    conn: &mut Conn,
    id: Id,
    officer: &Principal,
    draft: &Draft,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::approved_by.eq(officer.user_id),
            announcement::approved_with.eq(officer.credential_id()),
            announcement::approved_at.eq(now),
            announcement::approved_draft.eq(Document(draft.clone())),
        ))
        .execute(conn)?;
    Ok(())
}

/// What was approved last; none where nothing was.
pub(super) fn approved_draft(conn: &mut Conn, id: Id) -> Result<Option<Draft>, Error> {
    let found = announcement::table.find(id).select(announcement::approved_draft);
    let found: Option<Option<Document<Draft>>> = found.first(conn).optional()?;
    Ok(found.flatten().map(|Document(draft)| draft))
}

/// The plan of an announcement: time, time zone, planner, and the planner's session or API token.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = announcement, treat_none_as_null = true)]
pub(super) struct Plan {
    pub(super) send_at: Option<Timestamp>,
    pub(super) zone: Option<String>,
    pub(super) scheduled_by: Option<Id>,
    pub(super) scheduled_with: Option<Id>,
}

/// Stores a plan, or deletes it where it is empty.
pub(super) fn set_plan(conn: &mut Conn, id: Id, plan: &Plan) -> Result<(), Error> {
    on_each!(conn, c => diesel::update(announcement::table.find(id)).set(plan).execute(c))?;
    Ok(())
}

/// Sets state, reason and cause, and wakes the dispatcher.
pub(super) fn set_status(
    conn: &mut Conn,
    id: Id,
    status: AnnouncementStatus,
    why: Why<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::status.eq(status),
            announcement::reason.eq(why.written()),
            announcement::cause.eq(why.cause()),
            announcement::updated_at.eq(now),
        ))
        .execute(conn)?;
    conn.wake(Wakeup::Announcement);
    Ok(())
}

/// Stores the recipients and their number, and starts the fan-out.
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

/// Sets the content of the mails in a language.
pub(super) fn set_content(conn: &mut Conn, id: Id, language: Language, content: Id) -> Result<(), Error> {
    diesel::update(announcement_variant::table.find((id, language.as_str())))
        .set(announcement_variant::content_id.eq(content))
        .execute(conn)?;
    Ok(())
}

/// Sets the time at which the last mail ended.
pub(super) fn set_finished(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(announcement::table.find(id)).set(announcement::finished_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Scheduled announcements whose time has come, without those that were moved back.
pub(super) fn due(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::status.eq(AnnouncementStatus::Scheduled).and(announcement::send_at.le(now)))
        .filter(not(exists(setback::table.filter(setback::id.eq(announcement::id).and(setback::until.gt(now))))))
        .order(announcement::send_at)
        .limit(most)
        .select(announcement::id)
        .load(conn)?)
}

/// Approved and scheduled announcements.
pub(super) fn granted(conn: &mut Conn) -> Result<Vec<Row>, Error> {
    let waits = announcement::status.eq_any([AnnouncementStatus::Approved, AnnouncementStatus::Scheduled]);
    Ok(announcement::table.filter(waits).order(announcement::id).select(Row::as_select()).load(conn)?)
}

/// Whether any announcement waits for its time, is being sent, or leaves something to do, and the portal is not under
/// maintenance: one statement, by which an idle process knows that nothing is due.
pub(super) fn is_any_under_way(conn: &mut Conn) -> Result<bool, Error> {
    let open = exists(mail_batch::table.filter(mail_batch::state.eq_any(["running", "cancelled"])));
    let of_mails = open.or(exists(mail_batch::table.filter(mail_batch::turned_back.gt(mail_batch::weighed))));
    let states = [AnnouncementStatus::Approved, AnnouncementStatus::Scheduled, AnnouncementStatus::Sending];
    let waits = exists(announcement::table.filter(announcement::status.eq_any(states)));
    let fans_out = exists(announcement::table.filter(announcement::fan_cursor.is_not_null()));
    let is_open = not(exists(maintenance_mode::table.select(maintenance_mode::id)));
    Ok(diesel::select(is_open.and(waits.or(fans_out).or(of_mails))).get_result(conn)?)
}

/// Announcements whose fan-out is not finished.
pub(super) fn to_fan_out(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::fan_cursor.is_not_null())
        .order(announcement::id)
        .select(announcement::id)
        .load(conn)?)
}

/// Announcements in a state.
pub(super) fn in_state(conn: &mut Conn, status: AnnouncementStatus) -> Result<Vec<Id>, Error> {
    Ok(announcement::table
        .filter(announcement::status.eq(status))
        .order(announcement::id)
        .select(announcement::id)
        .load(conn)?)
}

/// Whether there is a topic of this code that is not retired.
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

/// The same, locked until the unit of work ends. On SQLite a unit of work that writes excludes others anyway.
pub(super) fn find_for_update(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    match conn {
        Conn::Postgres(c) => {
            Ok(announcement::table.find(id).select(Row::as_select()).for_update().first(c).optional()?)
        }
        Conn::Sqlite(_) => find(conn, id),
    }
}

/// An announcement that a step of the background job asks for.
pub(super) enum Asked {
    /// It is locked until the unit of work ends.
    Mine(Box<Row>),
    /// Another unit of work has it, and may be doing this very step: whoever waited for it would keep a connection from
    /// everybody else.
    Taken,
    /// There is none: the id is that of a batch of digests.
    None,
}

/// The announcement of this id, locked if no other unit of work has it. On SQLite a unit that writes is alone anyway.
pub(super) fn ask_for(conn: &mut Conn, id: Id) -> Result<Asked, Error> {
    let mine = match conn {
        Conn::Postgres(c) => {
            let free = announcement::table.find(id).select(Row::as_select()).for_update().skip_locked();
            free.first(c).optional()?
        }
        Conn::Sqlite(_) => find(conn, id)?,
    };
    if let Some(row) = mine {
        return Ok(Asked::Mine(Box::new(row)));
    }
    let is_there = diesel::select(exists(announcement::table.find(id))).get_result(conn)?;
    Ok(if is_there { Asked::Taken } else { Asked::None })
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

/// A mail of an announcement, or a digest, and its reader.
pub(super) struct MailRow {
    pub(super) reader: Id,
    /// The reader's current address, in the form that is compared.
    pub(super) email_key: String,
    /// The address that the mail went to.
    pub(super) to_address: String,
    /// When its batch was opened.
    pub(super) opened_at: Timestamp,
    /// The announcement and its topic; none where it is a digest.
    pub(super) announcement: Option<(Id, Option<String>)>,
}

/// A mail and its reader, as long as the mail is kept.
pub(super) fn mailed(conn: &mut Conn, id: Id) -> Result<Option<MailRow>, Error> {
    type Row = (Id, String, String, Timestamp, Option<Id>, Option<String>);
    let row: Option<Row> = mail::table
        .inner_join(mail_batch::table.on(mail_batch::id.nullable().eq(mail::batch)))
        .left_join(delivery::table.on(delivery::mail_id.eq(mail::id)))
        .left_join(announcement::table.on(announcement::id.nullable().eq(delivery::announcement_id.nullable())))
        .inner_join(users::table.on(users::id.nullable().eq(mail::user_id)))
        .filter(mail::id.eq(id).and(delivery::mail_id.is_not_null().or(mail::kind.eq(digest::KIND))))
        .select((
            users::id,
            users::email_key,
            mail::to_address,
            mail_batch::created_at,
            announcement::id.nullable(),
            announcement::topic.nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(reader, email_key, to_address, opened_at, announcement, topic)| MailRow {
        reader,
        email_key,
        to_address,
        opened_at,
        announcement: announcement.map(|id| (id, topic)),
    }))
}

/// Whether the digest of this moment named an announcement to this reader.
pub(super) fn was_named(conn: &mut Conn, reader: Id, announcement: Id, at: Timestamp) -> Result<bool, Error> {
    let named = delivery::table.find((reader, announcement)).filter(delivery::digest_at.eq(at));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}
