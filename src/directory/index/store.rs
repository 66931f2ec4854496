//! All SQL of the index.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use roaring::RoaringBitmap;

use super::sets::{Change, Counts};
use super::words::{self, Range};
use super::{Entry, Facet};
use crate::db::schema::{contact, contact_term, contact_word, facet_bitmap, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::on_each;

/// Numbers whose words are taken out in one statement.
const NUMBERS: usize = 500;

pub(super) fn next_number(conn: &mut Conn) -> Result<u32, Error> {
    let last: Option<i64> = contact::table.select(diesel::dsl::max(contact::number)).first(conn)?;
    last.map_or(Ok(0), |last| u32::try_from(last + 1).or_internal())
}

/// Replaces the words of contacts whose words are others now.
pub(super) fn update_words(
    conn: &mut Conn,
    before: &BTreeMap<u32, Entry>,
    after: &BTreeMap<u32, Entry>,
) -> Result<(), Error> {
    let same = |number: &u32| match (before.get(number), after.get(number)) {
        (Some(old), Some(new)) => old.words == new.words,
        _ => false,
    };
    let gone: Vec<i64> = before.keys().filter(|number| !same(number)).map(|number| i64::from(*number)).collect();
    for numbers in gone.chunks(NUMBERS) {
        diesel::delete(contact_term::table.filter(contact_term::number.eq_any(numbers.to_vec()))).execute(conn)?;
    }
    let new: Vec<(i64, &String, i16)> = after
        .iter()
        .filter(|(number, _)| !same(number))
        .flat_map(|(number, entry)| entry.words.iter().map(|(word, level)| (i64::from(*number), word, *level)))
        .collect();
    for rows in new.chunks(BATCH) {
        let rows: Vec<_> = rows
            .iter()
            .map(|(number, word, level)| {
                (contact_term::term.eq(*word), contact_term::number.eq(*number), contact_term::level.eq(*level))
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(contact_term::table).values(&rows).execute(c))?;
    }
    let old: BTreeSet<&str> = before
        .iter()
        .filter(|(number, _)| !same(number))
        .flat_map(|(_, entry)| entry.words.keys())
        .map(String::as_str)
        .collect();
    unlearn(conn, old)?;
    learn(conn, new.iter().map(|(_, word, _)| word.as_str()).collect())
}

/// Forgets words that no contact has any more: a name must not outlive its owner's entry.
fn unlearn(conn: &mut Conn, words: BTreeSet<&str>) -> Result<(), Error> {
    let words: Vec<&str> = words.into_iter().collect();
    for chunk in words.chunks(NUMBERS) {
        let terms = contact_term::table.filter(contact_term::term.eq_any(chunk.to_vec()));
        let used: BTreeSet<String> = terms.select(contact_term::term).distinct().load(conn)?.into_iter().collect();
        for word in chunk.iter().filter(|word| words::may_be_mistyped(word) && !used.contains(**word)) {
            let known = contact_word::spelling.eq_any(words::spellings(word)).and(contact_word::word.eq(*word));
            diesel::delete(contact_word::table.filter(known)).execute(conn)?;
        }
    }
    Ok(())
}

/// Adds the spellings of words that were not known.
fn learn(conn: &mut Conn, words: BTreeSet<&str>) -> Result<(), Error> {
    let words: Vec<&str> = words.into_iter().filter(|word| words::may_be_mistyped(word)).collect();
    let mut new = Vec::new();
    for chunk in words.chunks(NUMBERS) {
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

/// The contacts that have a word of this range, by level.
pub(super) fn of_words(conn: &mut Conn, range: &Range) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    let within = contact_term::term.ge(&range.from).and(contact_term::term.lt(&range.to));
    let rows: Vec<(i64, i16)> =
        contact_term::table.filter(within).select((contact_term::number, contact_term::level)).load(conn)?;
    let mut sets: BTreeMap<i16, RoaringBitmap> = BTreeMap::new();
    for (number, level) in rows {
        sets.entry(level).or_default().insert(u32::try_from(number).or_internal()?);
    }
    Ok(sets)
}

/// Reads the pieces that change, changes them, and writes them back.
pub(super) fn update_bitmaps(conn: &mut Conn, changes: &BTreeMap<(u32, String), Change>) -> Result<(), Error> {
    let pieces: BTreeSet<i32> =
        changes.keys().map(|(piece, _)| i32::try_from(*piece)).collect::<Result<_, _>>().or_internal()?;
    let keys: BTreeSet<&String> = changes.keys().map(|(_, key)| key).collect();
    let keys: Vec<&String> = keys.into_iter().collect();
    let mut known: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
    for keys in keys.chunks(NUMBERS) {
        let rows: Vec<(i32, String, Vec<u8>)> = facet_bitmap::table
            .filter(facet_bitmap::key.eq_any(keys.to_vec()).and(facet_bitmap::piece.eq_any(pieces.clone())))
            .select((facet_bitmap::piece, facet_bitmap::key, facet_bitmap::numbers))
            .load(conn)?;
        for (piece, key, numbers) in rows {
            known.insert((u32::try_from(piece).or_internal()?, key), read(&numbers)?);
        }
    }
    let mut rows = Vec::with_capacity(changes.len());
    for ((piece, key), change) in changes {
        let set = change.applied_to(known.remove(&(*piece, key.clone())).unwrap_or_default());
        rows.push((
            facet_bitmap::key.eq(key),
            facet_bitmap::piece.eq(i32::try_from(*piece).or_internal()?),
            facet_bitmap::count.eq(i32::try_from(set.len()).or_internal()?),
            facet_bitmap::numbers.eq(write(&set)?),
        ));
    }
    for rows in rows.chunks(NUMBERS) {
        on_each!(conn, c => diesel::insert_into(facet_bitmap::table)
            .values(rows)
            .on_conflict((facet_bitmap::key, facet_bitmap::piece))
            .do_update()
            .set((
                facet_bitmap::count.eq(excluded(facet_bitmap::count)),
                facet_bitmap::numbers.eq(excluded(facet_bitmap::numbers)),
            ))
            .execute(c))?;
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

/// The sets of these keys.
pub(super) fn of_keys(conn: &mut Conn, keys: &[String]) -> Result<Vec<RoaringBitmap>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = facet_bitmap::table.filter(facet_bitmap::key.eq_any(keys.to_vec()));
    let pieces: Vec<Vec<u8>> = rows.select(facet_bitmap::numbers).load(conn)?;
    pieces.iter().map(|piece| read(piece)).collect()
}

/// The values of a facet on one level begin with its name and end with the level.
fn range(facet: Facet) -> (String, String) {
    (format!("{facet}:"), format!("{facet};"))
}

fn value(key: &str, facet: Facet, level: i16) -> Option<&str> {
    key.strip_prefix(facet.as_str())?.strip_prefix(':')?.strip_suffix(&format!("/{level}"))
}

/// The sets of every value of a facet on one level.
pub(super) fn bitmaps(conn: &mut Conn, facet: Facet, level: i16) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    let (from, to) = range(facet);
    let rows: Vec<(String, Vec<u8>)> = facet_bitmap::table
        .filter(facet_bitmap::key.ge(from).and(facet_bitmap::key.lt(to)))
        .filter(facet_bitmap::key.like(format!("%/{level}")))
        .select((facet_bitmap::key, facet_bitmap::numbers))
        .load(conn)?;
    let mut sets: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for (key, numbers) in rows {
        if let Some(value) = value(&key, facet, level) {
            *sets.entry(value.to_owned()).or_default() |= read(&numbers)?;
        }
    }
    Ok(sets)
}

/// How many contacts each value of a facet has on one level.
pub(super) fn counts(conn: &mut Conn, facet: Facet, level: i16) -> Result<Counts, Error> {
    let (from, to) = range(facet);
    let rows: Vec<(String, i32)> = facet_bitmap::table
        .filter(facet_bitmap::key.ge(from).and(facet_bitmap::key.lt(to)))
        .filter(facet_bitmap::count.gt(0))
        .select((facet_bitmap::key, facet_bitmap::count))
        .load(conn)?;
    let mut counts = Counts::new();
    for (key, count) in rows {
        if let Some(value) = value(&key, facet, level) {
            *counts.entry(value.to_owned()).or_default() += u64::try_from(count).or_internal()?;
        }
    }
    Ok(counts)
}

/// Whether any contact has a value of this facet for less than the whole community.
pub(super) fn has_narrow(conn: &mut Conn, facet: Facet) -> Result<bool, Error> {
    let (from, to) = range(facet);
    let narrow = facet_bitmap::table
        .filter(facet_bitmap::key.ge(from).and(facet_bitmap::key.lt(to)))
        .filter(facet_bitmap::key.not_like("%/0").and(facet_bitmap::count.gt(0)));
    Ok(narrow.select(facet_bitmap::key).limit(1).load::<String>(conn)?.pop().is_some())
}

/// The codes of organisations.
pub(super) fn codes(conn: &mut Conn, ids: &[Id]) -> Result<Vec<String>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(organisation::table.filter(organisation::id.eq_any(ids.to_vec())).select(organisation::code).load(conn)?)
}
