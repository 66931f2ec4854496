//! All SQL of stored answers.

use diesel::prelude::*;

use super::types::{Answer, SearchedAnswer, StoredAnswer, Ticket};
use crate::db::schema::idempotency;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// What identifies an answer: its person, its key, and its time.
type AnswerKey = (Id, String, Timestamp);

pub(super) fn find(conn: &mut Conn, ticket: &Ticket) -> Result<Option<StoredAnswer>, Error> {
    Ok(idempotency::table.find((ticket.actor, &ticket.key)).select(StoredAnswer::as_select()).first(conn).optional()?)
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

/// Deletes the answers to a person.
pub(super) fn forget(conn: &mut Conn, actor: Id) -> Result<(), Error> {
    diesel::delete(idempotency::table.filter(idempotency::actor_id.eq(actor))).execute(conn)?;
    Ok(())
}

/// The keys of all answers, with their times.
pub(super) fn keys(conn: &mut Conn) -> Result<Vec<AnswerKey>, Error> {
    let columns = (idempotency::actor_id, idempotency::key, idempotency::created_at);
    Ok(idempotency::table.select(columns).load(conn)?)
}

/// The answers with these keys.
pub(super) fn searched(conn: &mut Conn, keys: &[AnswerKey]) -> Result<Vec<(AnswerKey, SearchedAnswer)>, Error> {
    let mut found = Vec::new();
    for key in keys {
        let (actor, name, created_at) = key;
        let answer = idempotency::table.find((*actor, name)).filter(idempotency::created_at.eq(*created_at));
        let body: Option<String> = answer.select(idempotency::body).first(conn).optional()?;
        found.extend(body.map(|body| (key.clone(), SearchedAnswer { created_at: *created_at, body })));
    }
    Ok(found)
}

pub(super) fn delete_some(conn: &mut Conn, keys: &[AnswerKey]) -> Result<(), Error> {
    for (actor, name, created_at) in keys {
        let answer = idempotency::table.find((*actor, name)).filter(idempotency::created_at.eq(*created_at));
        diesel::delete(answer).execute(conn)?;
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
