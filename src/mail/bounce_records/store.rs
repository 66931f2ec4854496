//! All SQL of reports: the mails they are about, and the points of addresses.

use diesel::prelude::*;

use super::types::{Bounced, Reported, Score};
use crate::db::schema::{mail, mail_batch, mail_score};
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::mail::announcement_of;
use crate::on_each;
use crate::time::Timestamp;

/// The mail, if it has no report and its recipient is still known.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<Bounced>, Error> {
    type Row = ((Id, String, Option<Id>, String), (Option<Id>, Timestamp, Option<Timestamp>));
    let open = mail::id.eq(id).and(mail::bounced_at.is_null()).and(mail::to_address.ne(""));
    let columns =
        ((mail::id, mail::kind, mail::batch, mail::to_address), (mail::user_id, mail::created_at, mail::sent_at));
    let row: Option<Row> = mail::table.filter(open).select(columns).first(conn).optional()?;
    let Some(((id, kind, batch, to_address), (reader, written_at, sent_at))) = row else { return Ok(None) };
    let topic: Option<Option<String>> = match batch {
        Some(batch) => mail_batch::table.find(batch).select(mail_batch::topic).first(conn).optional()?,
        None => None,
    };
    let announcement = announcement_of(&kind, batch);
    let topic = topic.flatten();
    Ok(Some(Bounced { id, batch, announcement, topic, to_address, reader, written_at, sent_at }))
}

/// Stores a report, unless the mail has one; returns whether it did.
pub(super) fn mark(conn: &mut Conn, id: Id, report: &Reported, now: Timestamp) -> Result<bool, Error> {
    let marked = diesel::update(mail::table.filter(mail::id.eq(id).and(mail::bounced_at.is_null())))
        .set((
            mail::bounced_at.eq(now),
            mail::bounce_kind.eq(report.kind),
            mail::bounce_cause.eq(report.cause),
            mail::bounce_status.eq(report.status.as_deref()),
            mail::bounce_diagnostic.eq(report.diagnostic.as_deref()),
        ))
        .execute(conn)?;
    Ok(marked == 1)
}

/// The points of an address, locked until this unit of work ends.
pub(super) fn lock_score(conn: &mut Conn, address_key: &str, now: Timestamp) -> Result<Score, Error> {
    let none = (mail_score::address_key.eq(address_key), mail_score::points.eq(0), mail_score::counted_at.eq(now));
    on_each!(conn, c => diesel::insert_into(mail_score::table).values(none).on_conflict_do_nothing().execute(c))?;
    match conn {
        Conn::Postgres(c) => {
            Ok(mail_score::table.find(address_key).select(Score::as_select()).for_update().first(c)?)
        }
        // On SQLite a writing unit of work has no concurrent one.
        Conn::Sqlite(c) => Ok(mail_score::table.find(address_key).select(Score::as_select()).first(c)?),
    }
}

pub(super) fn set_score(conn: &mut Conn, address_key: &str, score: Score) -> Result<(), Error> {
    diesel::update(mail_score::table.find(address_key))
        .set((mail_score::points.eq(score.points), mail_score::counted_at.eq(score.counted_at)))
        .execute(conn)?;
    Ok(())
}

/// Deletes the points of an address.
pub(in crate::mail) fn forget(conn: &mut Conn, address_key: &str) -> Result<(), Error> {
    diesel::delete(mail_score::table.find(address_key)).execute(conn)?;
    Ok(())
}

/// Deletes the points of an address if all were counted before an instant.
pub(in crate::mail) fn forget_before(conn: &mut Conn, address_key: &str, before: Timestamp) -> Result<(), Error> {
    let past = mail_score::address_key.eq(address_key).and(mail_score::counted_at.lt(before));
    diesel::delete(mail_score::table.filter(past)).execute(conn)?;
    Ok(())
}

/// Deletes points that were last counted before `bound`; returns of how many addresses.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let old: Vec<String> = mail_score::table
        .filter(mail_score::counted_at.le(bound))
        .limit(SWEPT_AT_ONCE)
        .select(mail_score::address_key)
        .load(conn)?;
    Ok(diesel::delete(mail_score::table.filter(mail_score::address_key.eq_any(old))).execute(conn)?)
}
