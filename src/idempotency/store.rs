//! All SQL of answers that are kept.

use diesel::prelude::*;

use super::types::{Answer, Stored, Ticket};
use crate::db::Conn;
use crate::db::schema::idempotency;
use crate::error::Error;
use crate::time::Timestamp;

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
