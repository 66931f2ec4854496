//! Ledgers as they are read: that of a round, and those of several in one query.

use std::collections::HashMap;

use super::rules::Ledger;
use super::store;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::rounds::types::RoundRow;

/// The ledger of a round.
pub(in crate::rounds) fn ledger(conn: &mut Conn, row: &RoundRow) -> Result<Ledger, Error> {
    Ok(Ledger { first: row.closes_at, entries: store::entries(conn, row.id)? })
}

/// The ledgers of several rounds, by round.
pub(in crate::rounds) fn ledgers(conn: &mut Conn, rows: &[RoundRow]) -> Result<HashMap<Id, Ledger>, Error> {
    let empty = |row: &RoundRow| (row.id, Ledger { first: row.closes_at, entries: Vec::new() });
    let mut ledgers: HashMap<Id, Ledger> = rows.iter().map(empty).collect();
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    for entry in store::entries_of(conn, &ids)? {
        if let Some(ledger) = ledgers.get_mut(&entry.round_id) {
            ledger.entries.push(entry);
        }
    }
    Ok(ledgers)
}
