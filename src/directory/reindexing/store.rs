//! The SQL of reindexing.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::contact;
use crate::db::{BATCH, Conn, Id};
use crate::directory::{change_effects, index, locks, store};
use crate::error::Error;
use crate::text;

/// Numbers and indexes some contacts that have no number; returns how many.
pub(super) fn number(conn: &mut Conn, limit: i64) -> Result<usize, Error> {
    conn.lock_index()?;
    let missing = contact::table.filter(contact::number.is_null());
    let rows: Vec<(Id, String)> =
        missing.select((contact::id, contact::name)).order(contact::id).limit(limit).load(conn)?;
    let first = index::next_number(conn)?;
    // A statement per row: this runs once, after an upgrade.
    for (number, (id, name)) in (i64::from(first)..).zip(&rows) {
        diesel::update(contact::table.find(*id))
            .set((
                contact::number.eq(number),
                contact::sort_name.eq(text::sort_key(name)),
                contact::word_form.eq(index::WORD_FORM),
            ))
            .execute(conn)?;
    }
    let ids: Vec<Id> = rows.into_iter().map(|(id, _)| id).collect();
    let added = store::indexed(conn, &ids)?;
    index::update(conn, &BTreeMap::new(), &change_effects::entries(&added))?;
    Ok(ids.len())
}

/// Adds the missing keys of words to some contacts; returns how many contacts. Contacts that are not listed have no
/// keys.
pub(super) fn add_words(conn: &mut Conn, limit: i64) -> Result<usize, Error> {
    conn.lock_index()?;
    let missing = contact::table.filter(contact::word_form.is_null());
    let ids: Vec<Id> = missing.select(contact::id).order(contact::id).limit(limit).load(conn)?;
    locks::contacts(conn, &ids)?;
    let rows = store::indexed(conn, &ids)?;
    index::add_words(conn, change_effects::entries(&rows))?;
    for ids in ids.chunks(BATCH) {
        diesel::update(contact::table.filter(contact::id.eq_any(ids.to_vec())))
            .set(contact::word_form.eq(index::WORD_FORM))
            .execute(conn)?;
    }
    Ok(ids.len())
}
