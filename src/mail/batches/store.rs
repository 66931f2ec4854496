//! All SQL of batches.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{BatchState, End, Tally};
use crate::db::id::SqlId;
use crate::db::schema::{announcement_variant, mail, mail_batch, mail_content};
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::mail::types::MailState;
use crate::time::Timestamp;

pub(super) fn insert(conn: &mut Conn, id: Id, kind: &str, topic: Option<&str>, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(mail_batch::table)
        .values((
            mail_batch::id.eq(id),
            mail_batch::kind.eq(kind),
            mail_batch::topic.eq(topic),
            mail_batch::state.eq(BatchState::Running),
            mail_batch::filled.eq(false),
            mail_batch::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_filled(conn: &mut Conn, id: Id) -> Result<(), Error> {
    diesel::update(mail_batch::table.find(id)).set(mail_batch::filled.eq(true)).execute(conn)?;
    Ok(())
}

pub(super) fn change_state(conn: &mut Conn, id: Id, from: &[BatchState], to: BatchState) -> Result<(), Error> {
    let batch = mail_batch::table.filter(mail_batch::id.eq(id).and(mail_batch::state.eq_any(from)));
    diesel::update(batch)
        .set((mail_batch::state.eq(to), mail_batch::finished_at.eq(None::<Timestamp>)))
        .execute(conn)?;
    Ok(())
}

/// The batches whose mails may leave, the oldest first, each with its topic.
pub(in crate::mail) fn running(conn: &mut Conn) -> Result<Vec<(Id, Option<String>)>, Error> {
    Ok(mail_batch::table
        .filter(mail_batch::state.eq(BatchState::Running))
        .order(mail_batch::id)
        .select((mail_batch::id, mail_batch::topic))
        .load(conn)?)
}

pub(super) fn add(conn: &mut Conn, id: Id, tally: Tally) -> Result<(), Error> {
    diesel::update(mail_batch::table.find(id))
        .set((
            mail_batch::total.eq(mail_batch::total + tally.total),
            mail_batch::skipped.eq(mail_batch::skipped + tally.skipped),
            mail_batch::sent.eq(mail_batch::sent + tally.sent),
            mail_batch::failed.eq(mail_batch::failed + tally.failed),
            mail_batch::cancelled.eq(mail_batch::cancelled + tally.cancelled),
            mail_batch::deferred.eq(mail_batch::deferred + tally.deferred),
            mail_batch::bounced.eq(mail_batch::bounced + tally.bounced),
            mail_batch::complaints.eq(mail_batch::complaints + tally.complaints),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn tally_of(conn: &mut Conn, id: Id) -> Result<Option<Tally>, Error> {
    let row = mail_batch::table
        .find(id)
        .select((
            mail_batch::total,
            mail_batch::skipped,
            mail_batch::sent,
            mail_batch::failed,
            mail_batch::cancelled,
            mail_batch::deferred,
            mail_batch::bounced,
            mail_batch::complaints,
        ))
        .first::<(i64, i64, i64, i64, i64, i64, i64, i64)>(conn)
        .optional()?;
    Ok(row.map(|(total, skipped, sent, failed, cancelled, deferred, bounced, complaints)| Tally {
        total,
        skipped,
        sent,
        failed,
        cancelled,
        deferred,
        bounced,
        complaints,
    }))
}

/// A cancelled batch that has mails waiting.
pub(super) fn to_cancel(conn: &mut Conn) -> Result<Option<Id>, Error> {
    let waiting = mail::table.filter(mail::batch.eq(mail_batch::id.nullable()).and(mail::state.eq(MailState::Pending)));
    Ok(mail_batch::table
        .filter(mail_batch::state.eq(BatchState::Cancelled))
        .filter(exists(waiting))
        .order(mail_batch::id)
        .select(mail_batch::id)
        .first(conn)
        .optional()?)
}

#[derive(QueryableByName)]
struct Tries {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
}

/// Marks waiting mails as cancelled: how many were not tried before, and how many were.
pub(super) fn cancel(conn: &mut Conn, batch: Id, most: i64) -> Result<(i64, i64), Error> {
    let statement = match conn {
        Conn::Postgres(_) => {
            "UPDATE mail SET state = 'cancelled' WHERE id IN \
             (SELECT id FROM mail WHERE batch = $1 AND state = 'pending' LIMIT $2 FOR UPDATE SKIP LOCKED) \
             RETURNING attempts"
        }
        Conn::Sqlite(_) => {
            "UPDATE mail SET state = 'cancelled' WHERE id IN \
             (SELECT id FROM mail WHERE batch = $1 AND state = 'pending' LIMIT $2) RETURNING attempts"
        }
    };
    let rows: Vec<Tries> = diesel::sql_query(statement).bind::<SqlId, _>(batch).bind::<BigInt, _>(most).load(conn)?;
    let tried = i64::try_from(rows.iter().filter(|row| row.attempts > 0).count()).unwrap_or_default();
    let all = i64::try_from(rows.len()).unwrap_or_default();
    Ok((all - tried, tried))
}

pub(super) fn retry_failed(
    conn: &mut Conn,
    batch: Id,
    expires_at: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<usize, Error> {
    let statement = "UPDATE mail SET state = 'pending', attempts = 0, expires_at = $1, next_at = $2 WHERE id IN \
                     (SELECT id FROM mail WHERE batch = $3 AND state = 'failed' AND claims = 0 LIMIT $4)";
    Ok(diesel::sql_query(statement)
        .bind::<SqlTimestamp, _>(expires_at)
        .bind::<SqlTimestamp, _>(now)
        .bind::<SqlId, _>(batch)
        .bind::<BigInt, _>(most)
        .execute(conn)?)
}

// Asked again by whoever changes the row: mails may be put back meanwhile.
const FINISHED: &str = "state IN ('running', 'cancelled') AND filled AND total = sent + failed + skipped + cancelled";

#[derive(QueryableByName)]
struct Closed {
    #[diesel(sql_type = SqlId)]
    id: Id,
}

/// Whether there is a batch of which every mail has come to an end.
pub(super) fn any_finished(conn: &mut Conn) -> Result<bool, Error> {
    let statement = format!("SELECT id FROM mail_batch WHERE {FINISHED} LIMIT 1");
    Ok(!diesel::sql_query(statement).load::<Closed>(conn)?.is_empty())
}

/// Says of batches of which every mail has come to an end that they are done; which.
pub(super) fn close(conn: &mut Conn, now: Timestamp) -> Result<Vec<Id>, Error> {
    let statement = format!("UPDATE mail_batch SET state = 'done', finished_at = $1 WHERE {FINISHED} RETURNING id");
    let closed: Vec<Closed> = diesel::sql_query(statement).bind::<SqlTimestamp, _>(now).load(conn)?;
    Ok(closed.into_iter().map(|row| row.id).collect())
}

pub(super) fn end_of(conn: &mut Conn, id: Id) -> Result<Option<End>, Error> {
    let row = mail_batch::table.find(id).select((mail_batch::finished_at, mail_batch::collapsed_at));
    let row: Option<(Option<Timestamp>, Option<Timestamp>)> = row.first(conn).optional()?;
    Ok(row.map(|(finished_at, collapsed_at)| End { finished_at, collapsed_at }))
}

pub(super) fn to_collapse(conn: &mut Conn, bound: Timestamp) -> Result<Option<Id>, Error> {
    let done = mail_batch::state.eq(BatchState::Done).and(mail_batch::finished_at.lt(bound));
    Ok(mail_batch::table
        .filter(done.and(mail_batch::collapsed_at.is_null()))
        .order((mail_batch::finished_at, mail_batch::id))
        .select(mail_batch::id)
        .first(conn)
        .optional()?)
}

pub(super) fn some_mails(conn: &mut Conn, batch: Id, most: i64) -> Result<Vec<(Id, MailState)>, Error> {
    Ok(mail::table
        .filter(mail::batch.eq(batch))
        .order((mail::state, mail::id))
        .limit(most)
        .select((mail::id, mail::state))
        .load(conn)?)
}

pub(super) fn delete_mails(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    for ids in ids.chunks(BATCH) {
        let these = mail::id.eq_any(ids);
        let contents: Vec<Option<Id>> =
            mail::table.filter(these.clone()).select(mail::content_id).distinct().load(conn)?;
        diesel::delete(mail::table.filter(these)).execute(conn)?;
        delete_contents(conn, &contents.into_iter().flatten().collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Deletes what no mail says any more, and no announcement.
pub(super) fn delete_contents(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let mails = mail::table.filter(mail::content_id.eq(mail_content::id.nullable()));
    let variants = announcement_variant::table.filter(announcement_variant::content_id.eq(mail_content::id.nullable()));
    let unused = diesel::dsl::not(exists(mails)).and(diesel::dsl::not(exists(variants)));
    diesel::delete(mail_content::table.filter(mail_content::id.eq_any(ids)).filter(unused)).execute(conn)?;
    Ok(())
}

pub(super) fn set_collapsed(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(mail_batch::table.find(id)).set(mail_batch::collapsed_at.eq(now)).execute(conn)?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn, id: Id) -> Result<(), Error> {
    diesel::delete(mail_batch::table.find(id)).execute(conn)?;
    Ok(())
}
