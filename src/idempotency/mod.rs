//! The same request sent again does not do the same thing again: `Idempotency-Key` (IETF draft
//! `draft-ietf-httpapi-idempotency-key-header`).
//!
//! A client that lost an answer can't know whether the request was carried out. Where it had named a key of its own choice, it
//! sends the request once more and gets the answer of the first time. [`once`] looks the key up, does the work, and writes
//! down the answer, all in one unit of work: there is no moment, and no crash, between an effect and the memory of it.
//!
//! - The key is the person's own: two people may choose the same one. It is good for a day.
//! - The same key with another method, path, body or API token is a mistake, and is told so (422). A token is for some things
//!   alone, so it is not given what its owner's sessions or other tokens were answered.
//! - While the first request is still at work, the second is asked to come again (409). It does not wait: a key that is sent a
//!   hundred times must not occupy every connection of the database. On SQLite, where units of work that write queue up
//!   anyway, it has its turn after the first and gets the answer.
//! - What was refused has done nothing, so it is not remembered: sent again, it is judged again.
//!
//! The header is read in `http::idempotency`. Left out: keys that are wanted rather than taken.

mod store;
mod types;

use std::time::Duration;

pub use types::{Answer, Ticket};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);

/// Does `work` unless it was done before under this ticket; then its answer is the one of that time.
///
/// # Errors
/// What `work` says; 409 where the same is being done at this moment, 422 where the key was used for something else.
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

/// Deletes the answers that somebody got, and those in which one of these words stands: an id or an address.
///
/// # Errors
/// Where the database says no.
pub fn forget(conn: &mut Conn, actor: Id, words: &[String]) -> Result<(), Error> {
    store::forget(conn, actor, words)
}

/// Deletes some of the answers from before `bound`; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}
