//! The SQL that leases mails and gives them back.
//!
//! Claims skip locked rows on PostgreSQL; on SQLite the one writer needs none. A claim is counted in the row, and every result
//! sets the count back. So what has a count and is not leased was in the hands of a process that ended, perhaps of it: a
//! suspect, which is claimed alone; after the third time it is not given back.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable};

use super::Lease;
use crate::db::id::SqlId;
use crate::db::schema::mail;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::mail::types::{Claim, MailState};
use crate::time::Timestamp;

// SQLite numbers `$n` by their first appearance, whatever n says: so they appear in ascending order in both.
const CLAIM_POSTGRES: &str = "\
WITH lease AS (SELECT $1::uuid AS lease_by, $2::timestamptz AS lease_until), due AS MATERIALIZED (
    SELECT id FROM mail WHERE state = 'pending' AND {whose} AND next_at <= $4 AND claims = 0
    ORDER BY next_at, id LIMIT $5 FOR UPDATE SKIP LOCKED
)
UPDATE mail SET state = 'leased', claims = 1, lease_by = lease.lease_by, lease_until = lease.lease_until FROM due, lease
WHERE mail.id = due.id
RETURNING {columns}";

const CLAIM_SQLITE: &str = "\
UPDATE mail SET state = 'leased', claims = 1, lease_by = $1, lease_until = $2 WHERE id IN (
    SELECT id FROM mail WHERE state = 'pending' AND {whose} AND next_at <= $4 AND claims = 0
    ORDER BY next_at, id LIMIT $5
)
RETURNING {columns}";

const CLAIMED: &str = "mail.id, mail.kind, mail.batch, mail.user_id, mail.to_address, mail.to_name, mail.domain, \
                       mail.language, mail.content_id, mail.vars, mail.attempts, mail.expires_at";

/// Leases up to `limit` due mails of a batch, or of those that somebody waits for, the longest due first; no suspects.
pub(in crate::mail) fn claim(
    conn: &mut Conn,
    batch: Option<Id>,
    limit: usize,
    lease: Lease,
) -> Result<Vec<Claim>, Error> {
    // Two texts, so that each finds its own partial index. The first binds its third value to nothing.
    let (statement, whose) = match (&conn, batch) {
        (Conn::Postgres(_), None) => (CLAIM_POSTGRES, "batch IS NULL AND $3::uuid IS NULL"),
        (Conn::Sqlite(_), None) => (CLAIM_SQLITE, "batch IS NULL AND $3 IS NULL"),
        (Conn::Postgres(_), Some(_)) => (CLAIM_POSTGRES, "batch = $3"),
        (Conn::Sqlite(_), Some(_)) => (CLAIM_SQLITE, "batch = $3"),
    };
    let mut claims: Vec<Claim> = diesel::sql_query(statement.replace("{whose}", whose).replace("{columns}", CLAIMED))
        .bind::<SqlId, _>(lease.id)
        .bind::<SqlTimestamp, _>(lease.until)
        .bind::<Nullable<SqlId>, _>(batch)
        .bind::<SqlTimestamp, _>(lease.now)
        .bind::<BigInt, _>(i64::try_from(limit).or_internal()?)
        .load(conn)?;
    // RETURNING promises no order; ids are made in the order of writing.
    claims.sort_by_key(|claim| claim.id);
    Ok(claims)
}

/// Claims in a row of which nothing came, after which a mail is set aside.
const MOST_CLAIMS: i32 = 3;

/// Due mails that had been claimed and of which nothing came, each with its batch; the longest due first.
pub(in crate::mail) fn suspects(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<(Id, Option<Id>)>, Error> {
    // Written out rather than bound: the index is one of these alone.
    let suspect = diesel::dsl::sql::<Bool>("mail.state = 'pending' AND mail.claims > 0");
    Ok(mail::table
        .filter(suspect)
        .filter(mail::next_at.le(now))
        .order((mail::next_at, mail::id))
        .limit(most)
        .select((mail::id, mail::batch))
        .load(conn)?)
}

/// Leases one of these; none where another has it.
pub(in crate::mail) fn claim_one(conn: &mut Conn, id: Id, lease: Lease) -> Result<Option<Claim>, Error> {
    let waiting = mail::table.filter(mail::id.eq(id).and(mail::state.eq(MailState::Pending)));
    let leased = diesel::update(waiting)
        .set((
            mail::state.eq(MailState::Leased),
            mail::claims.eq(mail::claims + 1),
            mail::lease_by.eq(lease.id),
            mail::lease_until.eq(lease.until),
        ))
        .execute(conn)?;
    if leased == 0 {
        return Ok(None);
    }
    Ok(mail::table.find(id).select(Claim::as_select()).first(conn).optional()?)
}

/// Some mails that ended the last process which had them as they did those before, each with who had it.
pub(in crate::mail) fn exhausted(conn: &mut Conn, now: Timestamp, all: bool) -> Result<Vec<(Id, Claim)>, Error> {
    let over = mail::state.eq(MailState::Leased).and(mail::lease_until.lt(lease_bound(now, all)));
    Ok(mail::table
        .filter(over.and(mail::claims.ge(MOST_CLAIMS)).and(mail::lease_by.is_not_null()))
        .order(mail::id)
        .limit(100)
        .select((mail::lease_by.assume_not_null(), Claim::as_select()))
        .load(conn)?)
}

/// Marks mails that were set aside, so that nobody has them tried again with those that failed otherwise.
pub(in crate::mail) fn mark_set_aside(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::update(mail::table.filter(mail::id.eq_any(ids))).set(mail::claims.eq(MOST_CLAIMS)).execute(conn)?;
    Ok(())
}

/// Leases that end before this are given up: all, where no other sender lives.
fn lease_bound(now: Timestamp, all: bool) -> Timestamp {
    if all { Timestamp::from_micros(i64::MAX / 2) } else { now }
}

/// Which of these mails a sender has leased.
pub(in crate::mail) fn leased(conn: &mut Conn, lease_by: Id, mails: &[Id]) -> Result<Vec<Claim>, Error> {
    let mut claims = Vec::new();
    for mails in mails.chunks(BATCH) {
        let mine = mail::id.eq_any(mails).and(mail::state.eq(MailState::Leased)).and(mail::lease_by.eq(lease_by));
        claims.extend(mail::table.filter(mine).select(Claim::as_select()).load::<Claim>(conn)?);
    }
    Ok(claims)
}

/// Gives back mails whose lease ran out, and, where `all` says that no other sender lives, every leased one; not those that are to
/// be set aside.
pub(in crate::mail) fn reclaim(conn: &mut Conn, now: Timestamp, all: bool) -> Result<usize, Error> {
    let statement = "UPDATE mail SET state = 'pending', lease_by = NULL, lease_until = NULL \
                     WHERE state = 'leased' AND lease_until < $1 AND claims < $2";
    Ok(diesel::sql_query(statement)
        .bind::<SqlTimestamp, _>(lease_bound(now, all))
        .bind::<Integer, _>(MOST_CLAIMS)
        .execute(conn)?)
}

/// Gives back what a sender that is gone had leased; not what is to be set aside.
pub(in crate::mail) fn release(conn: &mut Conn, lease_by: Id) -> Result<(), Error> {
    let its = mail::state.eq(MailState::Leased).and(mail::lease_by.eq(lease_by));
    diesel::update(mail::table.filter(its.and(mail::claims.lt(MOST_CLAIMS))))
        .set((
            mail::state.eq(MailState::Pending),
            mail::lease_by.eq(None::<Id>),
            mail::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    Ok(())
}
