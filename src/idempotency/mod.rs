//! Idempotency keys: a repeated request is carried out once (`Idempotency-Key`, IETF draft
//! `draft-ietf-httpapi-idempotency-key-header`).
//!
//! A client that lost an answer can't know whether the request was carried out. If it sent a key of its own choice, it
//! repeats the request and gets the first answer. [`once`] looks the key up, does the work, and stores the answer, all
//! in one unit of work: a crash can't separate the effect from the stored answer.
//!
//! - A key belongs to its person: two people may choose the same one. It is valid for a day.
//! - The same key with another method, path, body or API token is refused (422). A token has limited scopes, so it does
//!   not get answers for its owner's sessions or other tokens.
//! - While the first request is in progress, the second is answered 409. It does not wait: a key that is sent a hundred
//!   times must not occupy every connection of the database. On SQLite, where writing units of work are queued anyway,
//!   it runs after the first and gets the answer.
//! - A refusal has no effect, so it is not stored: a repeated request is judged again.
//! - A stored answer is for a sender who may still ask for it: rights are judged before the key is looked up
//!   (`Service::write_once`), since a right that was lost must not bring back what it showed.
//!
//! The header is read in `http::idempotency`. Left out: making the header mandatory.

mod personal_data;
mod store;
mod types;

use std::time::Duration;

pub use personal_data::{AnswerCopies, PersonalRecords};
pub use types::{Answer, Ticket};

use crate::db::Conn;
use crate::error::Error;
use crate::time::Timestamp;

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);

/// Does `work`, unless it was done before under this ticket; then this returns the stored answer.
///
/// # Errors
/// Those of `work`; 409 if the same request is in progress, 422 if the key was used for another request.
pub fn once(
    conn: &mut Conn,
    ticket: Option<&Ticket>,
    now: Timestamp,
    work: impl FnOnce(&mut Conn) -> Result<Answer, Error>,
) -> Result<Answer, Error> {
    let Some(ticket) = ticket else { return work(conn) };
    if !conn.try_alone(ticket.lock())? {
        return Err(Error::request_in_progress());
    }
    match store::find(conn, ticket)? {
        Some(stored) if stored.created_at > now.minus(KEPT) => return stored.again(ticket),
        Some(_over) => store::delete(conn, ticket)?,
        None => {}
    }
    let answer = work(conn)?;
    store::insert(conn, ticket, &answer, now)?;
    Ok(answer)
}

/// The stored answer to a request that was carried out before under this ticket. For use cases that prepare much before
/// their unit of work: what was answered once is neither prepared again, nor refused for what was done since.
///
/// # Errors
/// 422 if the key was used for another request.
pub fn answered(conn: &mut Conn, ticket: &Ticket, now: Timestamp) -> Result<Option<Answer>, Error> {
    let stored = store::find(conn, ticket)?.filter(|stored| stored.created_at > now.minus(KEPT));
    stored.map(|stored| stored.again(ticket)).transpose()
}

/// Deletes some of the answers from before `bound`; returns how many.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}
