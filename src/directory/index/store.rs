//! All SQL of the index.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use roaring::RoaringBitmap;

use super::keys::{self, Range};
use super::sets::{Change, Counts};
use super::{Facet, words};
use crate::db::schema::{contact, contact_set, contact_word, organisation, users};
use crate::db::{BATCH, Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::members::MemberStatus;
use crate::on_each;
use crate::policy::FieldAudience;

/// Keys or rows of one statement.
const AT_ONCE: usize = 500;
/// The levels of audiences (`policy::fields`).
const LEVELS: [i16; 4] = [0, 1, 2, 3];

pub(super) fn next_number(conn: &mut Conn) -> Result<u32, Error> {
    let last: Option<i64> = contact::table.select(diesel::dsl::max(contact::number)).first(conn)?;
    last.map_or(Ok(0), |last| u32::try_from(last + 1).or_internal())
}

/// Forgets words that no contact has any more: a name must not outlive its owner's entry.
pub(super) fn unlearn<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let words: Vec<&String> = words.filter(|word| words::may_be_mistyped(word)).collect();
    for chunk in words.chunks(AT_ONCE / LEVELS.len()) {
        let keys: Vec<String> = chunk.iter().flat_map(|word| LEVELS.map(|level| keys::of_word(word, level))).collect();
        let used: Vec<String> =
            contact_set::table.filter(contact_set::key.eq_any(keys)).select(contact_set::key).distinct().load(conn)?;
        let used: BTreeSet<&str> = used.iter().filter_map(|key| Some(keys::value(key)?.0)).collect();
        for word in chunk.iter().filter(|word| !used.contains(word.as_str())) {
            let known = contact_word::spelling.eq_any(words::spellings(word)).and(contact_word::word.eq(*word));
            diesel::delete(contact_word::table.filter(known)).execute(conn)?;
        }
    }
    Ok(())
}

/// Adds the spellings of words that were not known.
pub(super) fn learn<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let words: Vec<&str> = words.map(String::as_str).filter(|word| words::may_be_mistyped(word)).collect();
    let mut new = Vec::new();
    for chunk in words.chunks(AT_ONCE) {
        let known: BTreeSet<String> = contact_word::table
            .filter(contact_word::spelling.eq_any(chunk.to_vec()).and(contact_word::spelling.eq(contact_word::word)))
            .select(contact_word::word)
            .load::<String>(conn)?
            .into_iter()
            .collect();
        new.extend(chunk.iter().filter(|word| !known.contains(**word)));
    }
    let rows: Vec<_> = new
        .into_iter()
        .flat_map(|word| words::spellings(word).into_iter().map(move |spelling| (spelling, word)))
        .map(|(spelling, word)| (contact_word::spelling.eq(spelling), contact_word::word.eq(word)))
        .collect();
    for rows in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(contact_word::table).values(rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// The known words that have one of these spellings.
pub(super) fn near(conn: &mut Conn, spellings: &[String]) -> Result<BTreeSet<String>, Error> {
    let rows = contact_word::table.filter(contact_word::spelling.eq_any(spellings.to_vec()));
    Ok(rows.select(contact_word::word).load::<String>(conn)?.into_iter().collect())
}

/// Reads the pieces that change, changes them, and writes them back; one that is empty goes.
pub(super) fn update(conn: &mut Conn, changes: &BTreeMap<(u32, String), Change>) -> Result<(), Error> {
    let pieces: BTreeSet<i32> =
        changes.keys().map(|(piece, _)| i32::try_from(*piece)).collect::<Result<_, _>>().or_internal()?;
    let keys: BTreeSet<&String> = changes.keys().map(|(_, key)| key).collect();
    let keys: Vec<&String> = keys.into_iter().collect();
    let mut known: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let rows: Vec<(i32, String, Vec<u8>)> = contact_set::table
            .filter(contact_set::key.eq_any(keys.to_vec()).and(contact_set::piece.eq_any(pieces.clone())))
            .select((contact_set::piece, contact_set::key, contact_set::numbers))
            .load(conn)?;
        for (piece, key, numbers) in rows {
            known.insert((u32::try_from(piece).or_internal()?, key), read(&numbers)?);
        }
    }
    let (mut rows, mut some_are_empty) = (Vec::with_capacity(changes.len()), false);
    for ((piece, key), change) in changes {
        let set = change.applied_to(known.remove(&(*piece, key.clone())).unwrap_or_default());
        some_are_empty |= set.is_empty();
        rows.push((
            contact_set::key.eq(key),
            contact_set::piece.eq(i32::try_from(*piece).or_internal()?),
            contact_set::count.eq(i32::try_from(set.len()).or_internal()?),
            contact_set::numbers.eq(write(&set)?),
        ));
    }
    for rows in rows.chunks(AT_ONCE) {
        on_each!(conn, c => diesel::insert_into(contact_set::table)
            .values(rows)
            .on_conflict((contact_set::key, contact_set::piece))
            .do_update()
            .set((
                contact_set::count.eq(excluded(contact_set::count)),
                contact_set::numbers.eq(excluded(contact_set::numbers)),
            ))
            .execute(c))?;
    }
    for keys in keys.chunks(AT_ONCE).filter(|_| some_are_empty) {
        let empty = contact_set::key.eq_any(keys.to_vec()).and(contact_set::piece.eq_any(pieces.clone()));
        diesel::delete(contact_set::table.filter(empty.and(contact_set::count.eq(0)))).execute(conn)?;
    }
    Ok(())
}

fn read(bytes: &[u8]) -> Result<RoaringBitmap, Error> {
    RoaringBitmap::deserialize_from(bytes).or_internal()
}

fn write(set: &RoaringBitmap) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut bytes).or_internal()?;
    Ok(bytes)
}

/// The sets of these keys, by these.
pub(super) fn of_keys(conn: &mut Conn, keys: &[&String]) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    let rows = contact_set::table.filter(contact_set::key.eq_any(keys.to_vec()));
    let rows: Vec<(String, Vec<u8>)> = rows.select((contact_set::key, contact_set::numbers)).load(conn)?;
    collect(rows, |key| Some(key.to_owned()))
}

/// The sets of a range, by level.
pub(super) fn by_level(conn: &mut Conn, range: &Range) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    collect(of_range(conn, range)?, |key| Some(keys::value(key)?.1))
}

/// The sets of a range of beginnings of names, by these.
pub(super) fn by_name(conn: &mut Conn, range: &Range) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    collect(of_range(conn, range)?, |key| Some(key.split_once(':')?.1.to_owned()))
}

fn of_range(conn: &mut Conn, range: &Range) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let within = contact_set::key.ge(&range.from).and(contact_set::key.lt(&range.to));
    Ok(contact_set::table.filter(within).select((contact_set::key, contact_set::numbers)).load(conn)?)
}

/// Unites the pieces of what `name` calls the same.
fn collect<K: Ord>(
    rows: Vec<(String, Vec<u8>)>,
    name: impl Fn(&str) -> Option<K>,
) -> Result<BTreeMap<K, RoaringBitmap>, Error> {
    let mut sets: BTreeMap<K, RoaringBitmap> = BTreeMap::new();
    for (key, numbers) in rows {
        if let Some(name) = name(&key) {
            *sets.entry(name).or_default() |= read(&numbers)?;
        }
    }
    Ok(sets)
}

/// The sets of every value of a facet on one level.
pub(super) fn bitmaps(conn: &mut Conn, facet: Facet, level: i16) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    let Range { from, to } = Range::values(facet);
    let rows: Vec<(String, Vec<u8>)> = contact_set::table
        .filter(contact_set::key.ge(from).and(contact_set::key.lt(to)))
        .filter(contact_set::key.like(format!("%/{level}")))
        .select((contact_set::key, contact_set::numbers))
        .load(conn)?;
    collect(rows, |key| Some(keys::value(key)?.0.to_owned()))
}

/// How many contacts each value of a facet has on one level.
pub(super) fn counts(conn: &mut Conn, facet: Facet, level: i16) -> Result<Counts, Error> {
    let Range { from, to } = Range::values(facet);
    let rows: Vec<(String, i32)> = contact_set::table
        .filter(contact_set::key.ge(from).and(contact_set::key.lt(to)))
        .select((contact_set::key, contact_set::count))
        .load(conn)?;
    let mut counts = Counts::new();
    for (key, count) in rows {
        if let Some((value, _)) = keys::value(&key).filter(|(_, known)| *known == level) {
            *counts.entry(value.to_owned()).or_default() += u64::try_from(count).or_internal()?;
        }
    }
    Ok(counts)
}

/// Whether any contact has a value of this facet for less than the whole community.
pub(super) fn has_narrow(conn: &mut Conn, facet: Facet) -> Result<bool, Error> {
    let Range { from, to } = Range::values(facet);
    let narrow = contact_set::table
        .filter(contact_set::key.ge(from).and(contact_set::key.lt(to)))
        .filter(contact_set::key.not_like("%/0"));
    Ok(narrow.select(contact_set::key).limit(1).load::<String>(conn)?.pop().is_some())
}

/// The listed contacts of whoever has this address, in lower case, by the level of the address.
pub(super) fn by_address(conn: &mut Conn, address: &str) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    let theirs = users::email_key.eq(address).and(contact::listed.eq(true));
    let rows: Vec<(Option<i64>, FieldAudience)> = contact::table
        .inner_join(users::table)
        .filter(theirs)
        .select((contact::number, contact::email_audience))
        .load(conn)?;
    let mut by_level: BTreeMap<i16, RoaringBitmap> = BTreeMap::new();
    for (number, audience) in rows {
        let number = u32::try_from(number.unwrap_or_default()).or_internal()?;
        by_level.entry(audience.level()).or_default().insert(number);
    }
    Ok(by_level)
}

/// The codes of the organisations that are hidden.
pub(super) fn hidden(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let hidden = organisation::table.filter(organisation::status.eq(MemberStatus::Hidden));
    Ok(hidden.select(organisation::code).load(conn)?)
}

/// The codes of organisations.
pub(super) fn codes(conn: &mut Conn, ids: &[Id]) -> Result<Vec<String>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(organisation::table.filter(organisation::id.eq_any(ids.to_vec())).select(organisation::code).load(conn)?)
}
