//! All SQL of batches.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{BatchState, End, Tally};
use crate::db::id::SqlId;
use crate::db::schema::{announcement_variant, mail, mail_batch, mail_content, setback};
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id, Wakeup};
use crate::error::Error;
use crate::mail::types::{BounceCause, MailState};
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
    if to == BatchState::Running {
        // Waiting mails may be sent now.
        conn.wake(Wakeup::BulkMail);
    }
    Ok(())
}

/// The running batches, the oldest first, each with its topic.
pub(in crate::mail) fn running(conn: &mut Conn) -> Result<Vec<(Id, Option<String>)>, Error> {
    Ok(mail_batch::table
        .filter(mail_batch::state.eq(BatchState::Running))
        .order(mail_batch::id)
        .select((mail_batch::id, mail_batch::topic))
        .load(conn)?)
}

pub(super) fn cancel_opened_before(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let running = mail_batch::state.eq(BatchState::Running).and(mail_batch::created_at.lt(bound));
    let cancelled = mail_batch::state.eq(BatchState::Cancelled);
    Ok(diesel::update(mail_batch::table.filter(running)).set(cancelled).execute(conn)?)
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
            mail_batch::turned_back.eq(mail_batch::turned_back + tally.turned_back),
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
            mail_batch::turned_back,
        ))
        .first::<(i64, i64, i64, i64, i64, i64, i64, i64, i64)>(conn)
        .optional()?;
    Ok(row.map(|(total, skipped, sent, failed, cancelled, deferred, bounced, complaints, turned_back)| Tally {
        total,
        skipped,
        sent,
        failed,
        cancelled,
        deferred,
        bounced,
        complaints,
        turned_back,
    }))
}

pub(super) fn to_weigh(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(mail_batch::table
        .filter(mail_batch::turned_back.gt(mail_batch::weighed))
        .order(mail_batch::id)
        .select(mail_batch::id)
        .load(conn)?)
}

/// Returns whether the Secretariat was warned of it.
pub(super) fn weigh(conn: &mut Conn, id: Id) -> Result<bool, Error> {
    diesel::update(mail_batch::table.find(id)).set(mail_batch::weighed.eq(mail_batch::turned_back)).execute(conn)?;
    let warned: Option<Option<Timestamp>> =
        mail_batch::table.find(id).select(mail_batch::warned_at).first(conn).optional()?;
    Ok(warned.flatten().is_some())
}

pub(super) fn set_warned(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(mail_batch::table.find(id)).set(mail_batch::warned_at.eq(now)).execute(conn)?;
    Ok(())
}

/// The first domain from which all sent mails came back because of the text, the sender or the route. The second
/// condition is only checked for domains with enough bounces.
pub(super) fn closed_domain(conn: &mut Conn, batch: Id, least: i64) -> Result<Option<String>, Error> {
    let spared = [BounceCause::Route, BounceCause::Message];
    let turned_back = mail::bounced_at.is_not_null().and(mail::bounce_cause.eq_any(spared));
    let domains: Vec<(String, i64)> = mail::table
        .filter(mail::batch.eq(batch).and(turned_back))
        .group_by(mail::domain)
        .select((mail::domain, diesel::dsl::count_star()))
        .load(conn)?;
    for (domain, _) in domains.into_iter().filter(|(_, mails)| *mails >= least) {
        let arrived = mail::bounce_cause.is_null().or(not(mail::bounce_cause.eq_any(spared)));
        let sent = mail::batch.eq(batch).and(mail::state.eq(MailState::Sent)).and(mail::domain.eq(&domain));
        let is_open: bool = diesel::select(exists(mail::table.filter(sent.and(arrived)))).get_result(conn)?;
        if !is_open {
            return Ok(Some(domain));
        }
    }
    Ok(None)
}

/// A cancelled batch with waiting mails.
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

/// Marks waiting mails as cancelled; returns how many were not tried before, and how many were.
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
    let mails = diesel::sql_query(statement)
        .bind::<SqlTimestamp, _>(expires_at)
        .bind::<SqlTimestamp, _>(now)
        .bind::<SqlId, _>(batch)
        .bind::<BigInt, _>(most)
        .execute(conn)?;
    if mails > 0 {
        conn.wake(Wakeup::BulkMail);
    }
    Ok(mails)
}

// The update of the row checks this again: mails may be reset meanwhile.
const FINISHED: &str = "state IN ('running', 'cancelled') AND filled AND total = sent + failed + skipped + cancelled";

#[derive(QueryableByName)]
struct Closed {
    #[diesel(sql_type = SqlId)]
    id: Id,
}

/// Batches whose mails are all done, the oldest first.
pub(super) fn finished(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>, Error> {
    let statement = format!(
        "SELECT id FROM mail_batch WHERE {FINISHED} \
         AND NOT EXISTS (SELECT 1 FROM setback WHERE setback.id = mail_batch.id AND setback.until > $1) \
         ORDER BY id LIMIT $2"
    );
    let found: Vec<Closed> =
        diesel::sql_query(statement).bind::<SqlTimestamp, _>(now).bind::<BigInt, _>(most).load(conn)?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Marks a batch as done if all of its mails are.
pub(super) fn close(conn: &mut Conn, id: Id, now: Timestamp) -> Result<bool, Error> {
    let statement = format!("UPDATE mail_batch SET state = 'done', finished_at = $1 WHERE id = $2 AND {FINISHED}");
    let closed = diesel::sql_query(statement).bind::<SqlTimestamp, _>(now).bind::<SqlId, _>(id).execute(conn)?;
    Ok(closed > 0)
}

pub(super) fn end_of(conn: &mut Conn, id: Id) -> Result<Option<End>, Error> {
    let row = mail_batch::table.find(id).select((mail_batch::finished_at, mail_batch::collapsed_at));
    let row: Option<(Option<Timestamp>, Option<Timestamp>)> = row.first(conn).optional()?;
    Ok(row.map(|(finished_at, collapsed_at)| End { finished_at, collapsed_at }))
}

pub(super) fn to_collapse(conn: &mut Conn, bound: Timestamp, now: Timestamp) -> Result<Option<Id>, Error> {
    let done = mail_batch::state.eq(BatchState::Done).and(mail_batch::finished_at.lt(bound));
    let waits = exists(setback::table.filter(setback::id.eq(mail_batch::id).and(setback::until.gt(now))));
    Ok(mail_batch::table
        .filter(done.and(mail_batch::collapsed_at.is_null()))
        .filter(not(waits))
        .order((mail_batch::finished_at, mail_batch::id))
        .select(mail_batch::id)
        .first(conn)
        .optional()?)
}

pub(super) fn is_to_collapse(conn: &mut Conn, id: Id, bound: Timestamp) -> Result<bool, Error> {
    let done = mail_batch::state.eq(BatchState::Done).and(mail_batch::finished_at.lt(bound));
    let kept = mail_batch::table.find(id).filter(done).filter(mail_batch::collapsed_at.is_null());
    Ok(diesel::select(exists(kept)).get_result(conn)?)
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

/// Deletes contents that no mail and no announcement uses any more.
pub(super) fn delete_contents(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let mails = mail::table.filter(mail::content_id.eq(mail_content::id.nullable()));
    let variants = announcement_variant::table.filter(announcement_variant::content_id.eq(mail_content::id.nullable()));
    let unused = not(exists(mails)).and(not(exists(variants)));
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
