//! The SQL of the index.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use roaring::RoaringBitmap;

use super::keys::{self, Range};
use super::sets::{Change, Counts};
use super::{Facet, words};
use crate::db::schema::{contact, contact_set, contact_word, organisation, users};
use crate::db::{BATCH, Conn, Id};
use crate::directory::telephone;
use crate::error::{Error, OrInternal as _};
use crate::members::MemberStatus;
use crate::on_each;
use crate::policy::FieldAudience;

/// Keys or rows of one statement.
const AT_ONCE: usize = 500;
/// How often pieces are inserted and locked before the unit of work gives up.
const TRIES: usize = 3;
/// The levels of audiences (`policy::fields`).
const LEVELS: [i16; 4] = [0, 1, 2, 3];

pub(super) fn next_number(conn: &mut Conn) -> Result<u32, Error> {
    let last: Option<i64> = contact::table.select(diesel::dsl::max(contact::number)).first(conn)?;
    last.map_or(Ok(0), |last| u32::try_from(last + 1).or_internal())
}

/// Removes the spellings of words that no contact has any more, as written or as a variant: a name must not outlive its
/// contact.
pub(super) fn remove_spellings<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let words: Vec<&String> = words.filter(|word| words::may_be_mistyped(word)).collect();
    for chunk in words.chunks(AT_ONCE / (2 * LEVELS.len())) {
        let keys = |of: fn(&str, i16) -> String| chunk.iter().flat_map(move |word| LEVELS.map(|level| of(word, level)));
        let keys: Vec<String> = keys(keys::of_word).chain(keys(keys::of_variant)).collect();
        let used: Vec<String> = contact_set::table
            .filter(contact_set::key.eq_any(keys).and(contact_set::count.gt(0)))
            .select(contact_set::key)
            .distinct()
            .load(conn)?;
        let used: BTreeSet<&str> = used.iter().filter_map(|key| Some(keys::word(key)?.0)).collect();
        for word in chunk.iter().filter(|word| !used.contains(word.as_str())) {
            let known = contact_word::spelling.eq_any(words::spellings(word)).and(contact_word::word.eq(*word));
            diesel::delete(contact_word::table.filter(known)).execute(conn)?;
        }
    }
    Ok(())
}

/// Adds the spellings of words that have none yet.
pub(super) fn add_spellings<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a String>) -> Result<(), Error> {
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
    let mut rows: Vec<(String, &str)> = new
        .into_iter()
        .flat_map(|word| words::spellings(word).into_iter().map(move |spelling| (spelling, word)))
        .collect();
    // Two units of work that add the same spelling wait for each other in one order.
    rows.sort_unstable();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(spelling, word)| (contact_word::spelling.eq(spelling), contact_word::word.eq(word)))
        .collect();
    for rows in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(contact_word::table).values(rows).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// The words of contacts that have one of these spellings.
pub(super) fn near(conn: &mut Conn, spellings: &[String]) -> Result<BTreeSet<String>, Error> {
    let rows = contact_word::table.filter(contact_word::spelling.eq_any(spellings.to_vec()));
    Ok(rows.select(contact_word::word).load::<String>(conn)?.into_iter().collect())
}

/// Reads pieces, changes them, and writes them back; deletes those that become empty.
pub(super) fn update(conn: &mut Conn, changes: &BTreeMap<(u32, String), Change>) -> Result<(), Error> {
    let pieces: BTreeSet<i32> =
        changes.keys().map(|(piece, _)| i32::try_from(*piece)).collect::<Result<_, _>>().or_internal()?;
    let keys: BTreeSet<&String> = changes.keys().map(|(_, key)| key).collect();
    let keys: Vec<&String> = keys.into_iter().collect();
    let mut known = locked(conn, changes, &keys, &pieces)?;
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

/// The pieces that are changed, locked until the unit of work ends. On PostgreSQL a piece that is to get its first
/// contact is inserted without any, since nothing locks a row that is not there.
fn locked(
    conn: &mut Conn,
    changes: &BTreeMap<(u32, String), Change>,
    keys: &[&String],
    pieces: &BTreeSet<i32>,
) -> Result<BTreeMap<(u32, String), RoaringBitmap>, Error> {
    let growing = || changes.iter().filter(|(_, change)| !change.into.is_empty()).map(|(at, _)| at);
    for _ in 0..TRIES {
        insert_missing(conn, growing())?;
        let mut known: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
        for keys in keys.chunks(AT_ONCE) {
            let these = contact_set::key.eq_any(keys.to_vec()).and(contact_set::piece.eq_any(pieces.clone()));
            let in_order = contact_set::table.filter(these).order((contact_set::key, contact_set::piece));
            let query = in_order.select((contact_set::piece, contact_set::key, contact_set::numbers));
            let rows: Vec<(i32, String, Vec<u8>)> = match conn {
                Conn::Postgres(c) => query.for_update().load(c)?,
                Conn::Sqlite(c) => query.load(c)?,
            };
            for (piece, key, numbers) in rows {
                known.insert((u32::try_from(piece).or_internal()?, key), read(&numbers)?);
            }
        }
        // Another unit may have deleted a piece that it emptied, between the two statements.
        if matches!(conn, Conn::Sqlite(_)) || growing().all(|at| known.contains_key(at)) {
            return Ok(known);
        }
    }
    Err(Error::busy())
}

/// Inserts the pieces that are not there, in the order of their keys.
fn insert_missing<'a>(conn: &mut Conn, wanted: impl Iterator<Item = &'a (u32, String)>) -> Result<(), Error> {
    let Conn::Postgres(c) = conn else { return Ok(()) };
    let mut wanted: Vec<&(u32, String)> = wanted.collect();
    wanted.sort_unstable_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    let none = write(&RoaringBitmap::new())?;
    for wanted in wanted.chunks(AT_ONCE) {
        let row = |(piece, key): &&(u32, String)| -> Result<_, Error> {
            let at = (contact_set::key.eq(key.clone()), contact_set::piece.eq(i32::try_from(*piece).or_internal()?));
            Ok((at.0, at.1, contact_set::count.eq(0), contact_set::numbers.eq(none.clone())))
        };
        let rows: Vec<_> = wanted.iter().map(row).collect::<Result<_, Error>>()?;
        diesel::insert_into(contact_set::table).values(&rows).on_conflict_do_nothing().execute(c)?;
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

/// The bitmaps of these keys, by key.
pub(super) fn of_keys(conn: &mut Conn, keys: &[&String]) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    let rows = contact_set::table.filter(contact_set::key.eq_any(keys.to_vec()));
    let rows: Vec<(String, Vec<u8>)> = rows.select((contact_set::key, contact_set::numbers)).load(conn)?;
    collect(rows, |key| Some(key.to_owned()))
}

/// The bitmaps of a range of words by level: of words as written, and of variants.
pub(super) fn of_words(conn: &mut Conn, range: &Range) -> Result<[BTreeMap<i16, RoaringBitmap>; 2], Error> {
    let is_written = |key: &str| keys::word(key).is_some_and(|(.., is_written)| is_written);
    let (written, variants): (Vec<_>, Vec<_>) =
        of_range(conn, range)?.into_iter().partition(|(key, _)| is_written(key));
    let level = |key: &str| Some(keys::word(key)?.1);
    Ok([collect(written, level)?, collect(variants, level)?])
}

/// The bitmaps of a range of name prefixes, by prefix.
pub(super) fn of_prefixes(conn: &mut Conn, range: &Range) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    collect(of_range(conn, range)?, |key| Some(key.split_once(':')?.1.to_owned()))
}

fn of_range(conn: &mut Conn, range: &Range) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let within = contact_set::key.ge(&range.from).and(contact_set::key.lt(&range.to));
    Ok(contact_set::table.filter(within).select((contact_set::key, contact_set::numbers)).load(conn)?)
}

/// Unites the rows to which `name` gives the same name.
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

/// The bitmaps of every value of a facet on one level.
pub(super) fn of_facet(conn: &mut Conn, facet: Facet, level: i16) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    let Range { from, to } = Range::values(facet);
    let rows: Vec<(String, Vec<u8>)> = contact_set::table
        .filter(contact_set::key.ge(from).and(contact_set::key.lt(to)))
        .filter(contact_set::key.like(format!("%/{level}")))
        .select((contact_set::key, contact_set::numbers))
        .load(conn)?;
    collect(rows, |key| Some(keys::value(key)?.0.to_owned()))
}

/// The number of contacts of each value of a facet on one level.
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

/// Whether any contact shows a value of this facet to less than the whole community.
pub(super) fn has_narrow(conn: &mut Conn, facet: Facet) -> Result<bool, Error> {
    let Range { from, to } = Range::values(facet);
    let narrow = contact_set::table
        .filter(contact_set::key.ge(from).and(contact_set::key.lt(to)))
        .filter(contact_set::key.not_like("%/0"));
    Ok(narrow.select(contact_set::key).limit(1).load::<String>(conn)?.pop().is_some())
}

/// The listed contacts with this address, given in lower case, by the level of its audience.
pub(super) fn by_address(conn: &mut Conn, address: &str) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    let theirs = users::email_key.eq(address).and(contact::listed.eq(true));
    let rows = contact::table.inner_join(users::table).filter(theirs);
    levelled(rows.select((contact::number, contact::email_audience, contact::listed)).load(conn)?)
}

/// The listed ones of these contacts, by level.
fn levelled(rows: Vec<(Option<i64>, FieldAudience, bool)>) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    let mut by_level: BTreeMap<i16, RoaringBitmap> = BTreeMap::new();
    for (number, audience, _) in rows.into_iter().filter(|(.., listed)| *listed) {
        let number = u32::try_from(number.unwrap_or_default()).or_internal()?;
        by_level.entry(audience.level()).or_default().insert(number);
    }
    Ok(by_level)
}

/// The listed contacts whose telephone number ends with this one, given by its key, by the level of its audience.
pub(super) fn by_phone(conn: &mut Conn, key: &str) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    // Keys consist of digits, all of which come before `:`.
    let rows = contact::table.filter(contact::phone_key.ge(key)).filter(contact::phone_key.lt(format!("{key}:")));
    // `listed` is no condition of the statement: see `directory::store::some`.
    levelled(rows.select((contact::number, contact::phone_audience, contact::listed)).load(conn)?)
}

/// The listed contacts whose telephone number is one of these, given by their keys, by the level of its audience.
pub(super) fn by_phones(conn: &mut Conn, keys: &[String]) -> Result<BTreeMap<i16, RoaringBitmap>, Error> {
    let rows = contact::table.filter(contact::phone_key.eq_any(keys.to_vec()));
    levelled(rows.select((contact::number, contact::phone_audience, contact::listed)).load(conn)?)
}

/// Stores the keys of some telephone numbers that have none yet; returns how many.
pub(super) fn key_phones(conn: &mut Conn, limit: i64) -> Result<usize, Error> {
    let missing = contact::table.filter(contact::phone_key.is_null());
    let rows: Vec<(Id, Option<String>)> = missing.select((contact::id, contact::phone)).limit(limit).load(conn)?;
    // A statement per row: this runs once, after an upgrade.
    for (id, phone) in &rows {
        diesel::update(contact::table.find(*id))
            .set(contact::phone_key.eq(telephone::stored(phone.as_deref())))
            .execute(conn)?;
    }
    Ok(rows.len())
}

/// The codes of hidden organisations.
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
