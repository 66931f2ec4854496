//! All SQL of answers that are kept.

use diesel::prelude::*;

use super::types::{Answer, Stored, Ticket};
use crate::db::schema::idempotency;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Words that are looked for in one statement.
const WORDS: usize = 50;

pub(super) fn find(conn: &mut Conn, ticket: &Ticket) -> Result<Option<Stored>, Error> {
    Ok(idempotency::table.find((ticket.actor, &ticket.key)).select(Stored::as_select()).first(conn).optional()?)
}

pub(super) fn insert(conn: &mut Conn, ticket: &Ticket, answer: &Answer, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::actor_id.eq(ticket.actor),
            idempotency::key.eq(&ticket.key),
            idempotency::request_hash.eq(&ticket.request_hash),
            idempotency::status.eq(i32::from(answer.status)),
            idempotency::location.eq(answer.location.as_deref()),
            idempotency::body.eq(&answer.body),
            idempotency::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn, ticket: &Ticket) -> Result<(), Error> {
    diesel::delete(idempotency::table.find((ticket.actor, &ticket.key))).execute(conn)?;
    Ok(())
}

/// Deletes the answers to somebody, and those with one of these words. A day of answers is looked through once for each
/// bounded number of words.
pub(super) fn forget(conn: &mut Conn, actor: Id, words: &[String]) -> Result<(), Error> {
    diesel::delete(idempotency::table.filter(idempotency::actor_id.eq(actor))).execute(conn)?;
    for words in words.chunks(WORDS) {
        let mut naming = idempotency::table.select((idempotency::actor_id, idempotency::key)).into_boxed();
        for word in words {
            // `%` and `_` may stand in an address, and then mean more than themselves: an answer too many is deleted.
            naming = naming.or_filter(idempotency::body.like(format!("%{word}%")));
        }
        for (actor, key) in naming.load::<(Id, String)>(conn)? {
            diesel::delete(idempotency::table.find((actor, key))).execute(conn)?;
        }
    }
    Ok(())
}

/// Deletes up to `most` answers from before `bound`, the oldest first; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let old = idempotency::table
        .filter(idempotency::created_at.lt(bound))
        .order(idempotency::created_at)
        .limit(most)
        .select(idempotency::created_at);
    let newest: Option<Timestamp> = old.load::<Timestamp>(conn)?.pop();
    let Some(newest) = newest else { return Ok(0) };
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.le(newest))).execute(conn)?)
}
