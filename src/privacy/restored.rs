//! Erasures that a restored backup does not contain: the operator adds them by id (`portal erasures add`), and the next
//! housekeeping erases whoever is back.
//!
//! Left out: reading the ids from a log, whose place and format are the operator's.

use crate::db::{Db, Id};
use crate::error::Error;
use crate::time::Timestamp;

use super::store;

/// Adds ids to the list of erasures; returns how many of them are accounts that will be erased.
///
/// # Errors
/// Where the database does not answer.
pub async fn add_erasures(db: &Db, ids: Vec<Id>, now: Timestamp) -> Result<usize, Error> {
    db.write(move |conn| {
        for id in &ids {
            store::remember(conn, *id, now)?;
        }
        store::not_erased(conn, &ids)
    })
    .await
}
