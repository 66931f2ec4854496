//! The effects of a change of contacts: the index has their new values, and the change feed has them for those who may
//! see a difference.
//!
//! `store` knows the contacts before and after a change, and calls this within the same unit of work.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::index;
use super::rules;
use super::types::IndexedContact;
use crate::changes::{self, EntryKind};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The index entries of contacts, by their numbers.
pub(super) fn entries(rows: &[IndexedContact]) -> BTreeMap<u32, index::Entry> {
    rows.iter().map(|row| (row.number, rules::entry(row))).collect()
}

/// The contacts after a change, by the level of the widest audience that sees a difference ([`rules::touched`]).
pub(super) fn levels(before: &[IndexedContact], after: &[IndexedContact]) -> BTreeMap<i16, Vec<Id>> {
    let known: HashMap<Id, &IndexedContact> = before.iter().map(|row| (row.id, row)).collect();
    let mut levels: BTreeMap<i16, Vec<Id>> = BTreeMap::new();
    for row in after {
        levels.entry(rules::touched(known.get(&row.id).copied(), row)).or_default().push(row.id);
    }
    levels
}

/// Updates the index, and records the change of contacts that were `before` and are `after`, with these [`levels`].
pub(super) fn record(
    conn: &mut Conn,
    (before, after): (&[IndexedContact], &[IndexedContact]),
    levels: BTreeMap<i16, Vec<Id>>,
    now: Timestamp,
) -> Result<(), Error> {
    index::update(conn, &entries(before), &entries(after))?;
    let there: HashSet<Id> = after.iter().map(|row| row.id).collect();
    let gone: Vec<Id> = before.iter().filter(|row| !row.hidden && !there.contains(&row.id)).map(|row| row.id).collect();
    // The feed has no contacts of hidden members; the revision increases all the same, since the index changed.
    let hidden: HashSet<Id> = before.iter().chain(after).filter(|row| row.hidden).map(|row| row.id).collect();
    if !hidden.is_empty() {
        changes::count_up(conn, now)?;
    }
    changes::record(conn, EntryKind::Contact, &gone, true, now)?;
    for (level, mut ids) in levels {
        ids.retain(|id| !hidden.contains(id));
        changes::note_for(conn, EntryKind::Contact, &ids, level, now)?;
    }
    Ok(())
}
