//! Ledgers as they are read: that of a round, and those of several in one query, whole or as far as they concern a
//! reader.

use std::collections::HashMap;

use super::rules::Ledger;
use super::store;
use super::types::DeadlineRow;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::rounds::types::RoundRow;
use crate::time::Timestamp;

/// The ledger of a round.
pub(in crate::rounds) fn ledger(conn: &mut Conn, row: &RoundRow) -> Result<Ledger, Error> {
    Ok(Ledger { first: row.closes_at, entries: store::entries(conn, row.id)? })
}

/// The ledgers of several rounds, by round.
pub(in crate::rounds) fn ledgers(conn: &mut Conn, rows: &[RoundRow]) -> Result<HashMap<Id, Ledger>, Error> {
    let entries = store::entries_of(conn, &ids(rows))?;
    Ok(by_round(rows, entries))
}

/// The same, of each ledger only what is for all, for these regions and for these organisations: a list of rounds would
/// else read everything that was ever granted to anybody.
pub(in crate::rounds) fn ledgers_about(
    conn: &mut Conn,
    rows: &[RoundRow],
    regions: &[Region],
    organisations: &[Id],
) -> Result<HashMap<Id, Ledger>, Error> {
    let entries = store::entries_about(conn, &ids(rows), regions, organisations)?;
    Ok(by_round(rows, entries))
}

/// The number of the newest entry of each ledger that has one, and when it was made.
pub(in crate::rounds) fn newest(conn: &mut Conn, rows: &[RoundRow]) -> Result<HashMap<Id, (i32, Timestamp)>, Error> {
    let newest = store::newest(conn, &ids(rows))?.into_iter();
    Ok(newest.filter_map(|(round, number, made_at)| Some((round, (number?, made_at?)))).collect())
}

fn ids(rows: &[RoundRow]) -> Vec<Id> {
    rows.iter().map(|row| row.id).collect()
}

fn by_round(rows: &[RoundRow], entries: Vec<DeadlineRow>) -> HashMap<Id, Ledger> {
    let empty = |row: &RoundRow| (row.id, Ledger { first: row.closes_at, entries: Vec::new() });
    let mut ledgers: HashMap<Id, Ledger> = rows.iter().map(empty).collect();
    for entry in entries {
        if let Some(ledger) = ledgers.get_mut(&entry.round_id) {
            ledger.entries.push(entry);
        }
    }
    ledgers
}
