//! The SQL that leases mails and returns them.
//!
//! Claims skip locked rows on PostgreSQL; on SQLite there is only one writer. Each claim increments a counter in the
//! row, and every result resets it. A mail that has a count and no lease was therefore in progress in a process that
//! ended, and may have ended it: a suspect, which is claimed alone and not returned after the third time.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable};

use crate::db::id::SqlId;
use crate::db::schema::mail;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::mail::types::{Claim, Lease, MailState, Priority};
use crate::time::Timestamp;

// SQLite numbers `$n` by their first appearance, whatever n is: so they appear in ascending order in both.
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

/// Leases up to `limit` due mails of a batch, or transactional ones, the longest due first; no suspects.
pub(in crate::mail) fn claim(
    conn: &mut Conn,
    batch: Option<Id>,
    limit: usize,
    lease: Lease,
) -> Result<Vec<Claim>, Error> {
    // Two statements, so that each uses its own partial index. The first does not use its third parameter.
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

/// Claims in a row without a result, after which a mail is set aside.
const MOST_CLAIMS: i32 = 3;

/// Due mails that were claimed and have no result, each with its batch; the longest due first.
pub(in crate::mail) fn suspects(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<(Id, Option<Id>)>, Error> {
    // Written out, not bound: this is the condition of the partial index.
    let suspect = diesel::dsl::sql::<Bool>("mail.state = 'pending' AND mail.claims > 0");
    Ok(mail::table
        .filter(suspect)
        .filter(mail::next_at.le(now))
        .order((mail::next_at, mail::id))
        .limit(most)
        .select((mail::id, mail::batch))
        .load(conn)?)
}

/// Leases one of these; none if another sender has it.
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

/// Some mails without a result after the last permitted claim, each with its sender.
pub(in crate::mail) fn exhausted(conn: &mut Conn, now: Timestamp, all: bool) -> Result<Vec<(Id, Claim)>, Error> {
    let over = mail::state.eq(MailState::Leased).and(mail::lease_until.lt(lease_bound(now, all)));
    Ok(mail::table
        .filter(over.and(mail::claims.ge(MOST_CLAIMS)).and(mail::lease_by.is_not_null()))
        .order(mail::id)
        .limit(100)
        .select((mail::lease_by.assume_not_null(), Claim::as_select()))
        .load(conn)?)
}

/// Marks mails that were set aside, so that they are not retried with those that failed otherwise.
pub(in crate::mail) fn mark_set_aside(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::update(mail::table.filter(mail::id.eq_any(ids))).set(mail::claims.eq(MOST_CLAIMS)).execute(conn)?;
    Ok(())
}

/// Leases that end before this instant are given up: all, if no other sender is alive.
fn lease_bound(now: Timestamp, all: bool) -> Timestamp {
    if all { Timestamp::from_micros(i64::MAX / 2) } else { now }
}

/// The mails of these that a sender has leased.
pub(in crate::mail) fn leased(conn: &mut Conn, lease_by: Id, mails: &[Id]) -> Result<Vec<Claim>, Error> {
    let mut claims = Vec::new();
    for mails in mails.chunks(BATCH) {
        let mine = mail::id.eq_any(mails).and(mail::state.eq(MailState::Leased)).and(mail::lease_by.eq(lease_by));
        claims.extend(mail::table.filter(mine).select(Claim::as_select()).load::<Claim>(conn)?);
    }
    Ok(claims)
}

/// Returns mails whose lease has expired, or all leased ones if `all` says that no other sender is alive; not those
/// that are to be set aside.
pub(in crate::mail) fn reclaim(conn: &mut Conn, now: Timestamp, all: bool) -> Result<usize, Error> {
    let statement = "UPDATE mail SET state = 'pending', lease_by = NULL, lease_until = NULL \
                     WHERE state = 'leased' AND lease_until < $1 AND claims < $2";
    let given_back = diesel::sql_query(statement)
        .bind::<SqlTimestamp, _>(lease_bound(now, all))
        .bind::<Integer, _>(MOST_CLAIMS)
        .execute(conn)?;
    wake_all(conn, given_back);
    Ok(given_back)
}

/// Wakes every lane if mails were returned.
fn wake_all(conn: &mut Conn, given_back: usize) {
    for lane in Priority::ALL.into_iter().filter(|_| given_back > 0) {
        conn.wake(lane.wakeup());
    }
}

/// Returns the mails that an ended sender had leased; not those that are to be set aside.
pub(in crate::mail) fn release(conn: &mut Conn, lease_by: Id) -> Result<(), Error> {
    let its = mail::state.eq(MailState::Leased).and(mail::lease_by.eq(lease_by));
    let given_back = diesel::update(mail::table.filter(its.and(mail::claims.lt(MOST_CLAIMS))))
        .set((
            mail::state.eq(MailState::Pending),
            mail::lease_by.eq(None::<Id>),
            mail::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    wake_all(conn, given_back);
    Ok(())
}
