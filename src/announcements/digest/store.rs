//! The SQL of digests.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Rhythm;
use crate::announcements::types::AnnouncementStatus;
use crate::db::schema::{announcement, announcement_variant, delivery, digest, mail, mail_opt_out};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::mail::consent::EVERY_TOPIC;
use crate::on_each;
use crate::time::Timestamp;

pub(super) fn find(conn: &mut Conn, user: Id) -> Result<Option<(Rhythm, Timestamp)>, Error> {
    Ok(digest::table.find(user).select((digest::rhythm, digest::due_at)).first(conn).optional()?)
}

/// The rhythm of a person, locked against fan-out and digests until this unit of work ends.
pub(super) fn lock_for_update(conn: &mut Conn, user: Id) -> Result<Option<Rhythm>, Error> {
    let row = digest::table.find(user).select(digest::rhythm);
    Ok(match conn {
        Conn::Postgres(c) => row.for_update().first(c).optional()?,
        Conn::Sqlite(c) => row.first(c).optional()?,
    })
}

/// Which of these people have a digest; takes shared locks.
pub(super) fn lock_some(conn: &mut Conn, people: &[Id]) -> Result<Vec<Id>, Error> {
    let mut found = Vec::new();
    for people in people.chunks(BATCH) {
        let rows = digest::table.filter(digest::user_id.eq_any(people)).select(digest::user_id);
        found.extend(match conn {
            Conn::Postgres(c) => rows.for_share().load::<Id>(c)?,
            Conn::Sqlite(c) => rows.load::<Id>(c)?,
        });
    }
    Ok(found)
}

/// Everybody who has a digest.
pub(in crate::announcements) fn everybody(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(digest::table.select(digest::user_id).load(conn)?)
}

pub(super) fn put(conn: &mut Conn, user: Id, rhythm: Rhythm, due_at: Timestamp) -> Result<(), Error> {
    let row = (digest::user_id.eq(user), digest::rhythm.eq(rhythm), digest::due_at.eq(due_at));
    on_each!(conn, c => diesel::insert_into(digest::table)
        .values(row)
        .on_conflict(digest::user_id)
        .do_update()
        .set((digest::rhythm.eq(excluded(digest::rhythm)), digest::due_at.eq(excluded(digest::due_at))))
        .execute(c))?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn, user: Id) -> Result<(), Error> {
    diesel::delete(digest::table.find(user)).execute(conn)?;
    Ok(())
}

pub(super) fn any_due(conn: &mut Conn, now: Timestamp) -> Result<bool, Error> {
    Ok(diesel::select(exists(digest::table.filter(digest::due_at.le(now)))).get_result(conn)?)
}

/// The person whose digest has been due the longest.
pub(super) fn first_due(conn: &mut Conn, now: Timestamp) -> Result<Option<Id>, Error> {
    let due = digest::table.filter(digest::due_at.le(now)).order((digest::due_at, digest::user_id));
    Ok(due.select(digest::user_id).first(conn).optional()?)
}

/// Some of the people to whom a digest is due; takes exclusive locks, and skips locked rows.
pub(super) fn lock_due(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<(Id, Rhythm)>, Error> {
    let due = digest::table
        .filter(digest::due_at.le(now))
        .order((digest::due_at, digest::user_id))
        .limit(most)
        .select((digest::user_id, digest::rhythm));
    Ok(match conn {
        Conn::Postgres(c) => due.for_update().skip_locked().load(c)?,
        Conn::Sqlite(c) => due.load(c)?,
    })
}

pub(super) fn set_due(conn: &mut Conn, people: &[Id], due_at: Timestamp) -> Result<(), Error> {
    diesel::update(digest::table.filter(digest::user_id.eq_any(people)))
        .set(digest::due_at.eq(due_at))
        .execute(conn)?;
    Ok(())
}

/// Unmarks waiting deliveries that no digest is to list: the announcement was cancelled, or its topic left.
pub(super) fn drop_pointless(conn: &mut Conn, people: &[Id]) -> Result<(), Error> {
    let left = mail_opt_out::table.filter(mail_opt_out::user_id.eq(delivery::user_id)).filter(
        mail_opt_out::topic
            .eq(EVERY_TOPIC)
            .or(mail_opt_out::topic.nullable().eq(announcement::topic).assume_not_null()),
    );
    let pointless = announcement::table
        .filter(announcement::id.eq(delivery::announcement_id))
        .filter(announcement::status.eq(AnnouncementStatus::Cancelled).or(exists(left)));
    let waiting = delivery::user_id.eq_any(people).and(delivery::digest_since.is_not_null());
    diesel::update(delivery::table.filter(waiting).filter(exists(pointless)))
        .set(delivery::digest_since.eq(None::<Timestamp>))
        .execute(conn)?;
    Ok(())
}

/// Unmarks all waiting deliveries of these people.
pub(super) fn drop_waiting(conn: &mut Conn, people: &[Id]) -> Result<(), Error> {
    let waiting = delivery::user_id.eq_any(people).and(delivery::digest_since.is_not_null());
    diesel::update(delivery::table.filter(waiting)).set(delivery::digest_since.eq(None::<Timestamp>)).execute(conn)?;
    Ok(())
}

/// The waiting deliveries of these people: reader, announcement, its title in the language that its mail would have
/// had, and whether it asks for an acknowledgement; the oldest first.
pub(super) fn waiting(conn: &mut Conn, people: &[Id]) -> Result<Vec<(Id, Id, String, bool)>, Error> {
    let its_text = announcement_variant::announcement_id
        .eq(delivery::announcement_id)
        .and(announcement_variant::language.eq(mail::language));
    Ok(delivery::table
        .inner_join(mail::table.on(mail::id.eq(delivery::mail_id)))
        .inner_join(announcement_variant::table.on(its_text))
        .inner_join(announcement::table.on(announcement::id.eq(delivery::announcement_id)))
        .filter(delivery::user_id.eq_any(people).and(delivery::digest_since.is_not_null()))
        .order((delivery::user_id, delivery::announcement_id))
        .select((
            delivery::user_id,
            delivery::announcement_id,
            announcement_variant::subject,
            announcement::acknowledge,
        ))
        .load(conn)?)
}

/// Marks the waiting deliveries of these people as listed in a digest.
pub(super) fn set_named(conn: &mut Conn, people: &[Id], now: Timestamp) -> Result<(), Error> {
    let waiting = delivery::user_id.eq_any(people).and(delivery::digest_since.is_not_null());
    diesel::update(delivery::table.filter(waiting))
        .set((delivery::digest_since.eq(None::<Timestamp>), delivery::digest_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
