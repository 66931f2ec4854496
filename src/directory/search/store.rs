//! The SQL of pages: contacts in the order of an index, by keyset, so every page costs the same.
//!
//! The rows after a position are read by two statements, each of which is one exact seek in an index: first those with
//! the name (or time) of the position and a greater id, then those with a later name. One condition for both would seek
//! by the name alone, and read and drop all people of that name.

use diesel::prelude::*;

use crate::db::schema::{contact, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::directory::store::ContactRecord;
use crate::directory::types::{ContactMember, ContactRow};
use crate::error::{Error, OrInternal as _};
use crate::members::{MemberStatus, Region};
use crate::on_each;
use crate::policy::Visibility;
use crate::time::Timestamp;

/// The sort keys of a contact for every order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SortKeys {
    pub(super) id: Id,
    pub(super) sort_name: String,
    pub(super) updated_at: Timestamp,
    pub(super) shown_at: Timestamp,
    pub(super) organisation_id: Id,
}

/// An entry of the index of an order: the number of a contact, its id, and its key in that order.
pub(super) type IndexEntry<K> = (u32, Id, K);

/// A part of the directory that one index has in the order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// All contacts.
    Whole,
    /// The contacts of a region.
    Region(Region),
    /// The contacts of an organisation.
    Organisation(Id),
    /// The contacts whose sort key of the name has this prefix.
    Prefix(&'a str),
}

/// Narrows a boxed query of contacts to a part.
macro_rules! within {
    ($query:expr, $part:expr) => {
        match $part {
            Part::Whole => $query,
            Part::Region(region) => $query.filter(contact::region.eq(region.as_str())),
            Part::Organisation(id) => $query.filter(contact::organisation_id.eq(id)),
            // Sort keys consist of hexadecimal digits, all of which come before `g`.
            Part::Prefix(prefix) => $query
                .filter(contact::sort_name.ge(prefix.to_owned()))
                .filter(contact::sort_name.lt(format!("{prefix}g"))),
        }
    };
}

/// Narrows a boxed query of contacts with their organisations to contacts of members that the reader may see.
macro_rules! unhidden {
    ($query:expr, $sight:expr) => {{
        let query = $query;
        if $sight.hidden { query } else { query.filter(organisation::status.ne(MemberStatus::Hidden)) }
    }};
}

/// Makes a query by the time of the last change: the Secretariat's (`updated_at`), or everybody else's (`shown_at`).
/// Each column has an index.
macro_rules! by_change {
    ($everything:expr, $at:ident => $query:expr) => {
        if $everything {
            use contact::updated_at as $at;
            $query
        } else {
            use contact::shown_at as $at;
            $query
        }
    };
}

/// A page of contacts by name, after (`sort_name`, id).
pub(super) fn page(
    conn: &mut Conn,
    sight: &Visibility,
    part: Part<'_>,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<ContactRecord>, Error> {
    let query = |limit| {
        let listed = contact::table
            .inner_join(organisation::table)
            .filter(contact::listed.eq(true))
            .order((contact::sort_name, contact::id))
            .limit(limit)
            .select((ContactRow::as_select(), ContactMember::as_select()))
            .into_boxed();
        unhidden!(within!(listed, part), sight)
    };
    let Some((name, id)) = after else { return Ok(query(limit).load(conn)?) };
    let mut rows: Vec<ContactRecord> =
        query(limit).filter(contact::sort_name.eq(name.to_owned()).and(contact::id.gt(id))).load(conn)?;
    let missing = missing(limit, rows.len());
    if missing > 0 {
        rows.extend(query(missing).filter(contact::sort_name.gt(name.to_owned())).load::<ContactRecord>(conn)?);
    }
    Ok(rows)
}

/// A page of contacts by the last change that the reader sees, newest first, after (time, id).
pub(super) fn page_of_changes(
    conn: &mut Conn,
    sight: &Visibility,
    after: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<ContactRecord>, Error> {
    by_change!(sight.everything, changed_at => {
        let query = |limit| {
            let listed = contact::table
                .inner_join(organisation::table)
                .filter(contact::listed.eq(true))
                .order((changed_at.desc(), contact::id.desc()))
                .limit(limit)
                .select((ContactRow::as_select(), ContactMember::as_select()))
                .into_boxed();
            unhidden!(listed, sight)
        };
        let Some((at, id)) = after else { return Ok(query(limit).load(conn)?) };
        let mut rows: Vec<ContactRecord> = query(limit).filter(changed_at.eq(at).and(contact::id.lt(id))).load(conn)?;
        let missing = missing(limit, rows.len());
        if missing > 0 {
            rows.extend(query(missing).filter(changed_at.lt(at)).load::<ContactRecord>(conn)?);
        }
        Ok(rows)
    })
}

/// The next entries of the index by name, within a part of the directory. The table is not read.
pub(super) fn walk_names(
    conn: &mut Conn,
    part: Part<'_>,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<IndexEntry<String>>, Error> {
    let query = |limit| {
        let listed = contact::table
            .filter(contact::listed.eq(true))
            .order((contact::sort_name, contact::id))
            .limit(limit)
            .select((contact::number, contact::id, contact::sort_name))
            .into_boxed();
        within!(listed, part)
    };
    let Some((name, id)) = after else { return entries(query(limit).load(conn)?) };
    let mut rows =
        entries(query(limit).filter(contact::sort_name.eq(name.to_owned()).and(contact::id.gt(id))).load(conn)?)?;
    let missing = missing(limit, rows.len());
    if missing > 0 {
        rows.extend(entries(query(missing).filter(contact::sort_name.gt(name.to_owned())).load(conn)?)?);
    }
    Ok(rows)
}

/// The next entries of the index by last change, newest first: of any change with `everything`, otherwise of changes
/// that the whole community sees. The table is not read.
pub(super) fn walk_changes(
    conn: &mut Conn,
    everything: bool,
    after: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<IndexEntry<Timestamp>>, Error> {
    by_change!(everything, changed_at => {
        let query = |limit| {
            contact::table
                .filter(contact::listed.eq(true))
                .order((changed_at.desc(), contact::id.desc()))
                .limit(limit)
                .select((contact::number, contact::id, changed_at))
                .into_boxed()
        };
        let Some((at, id)) = after else { return entries(query(limit).load(conn)?) };
        let mut rows = entries(query(limit).filter(changed_at.eq(at).and(contact::id.lt(id))).load(conn)?)?;
        let missing = missing(limit, rows.len());
        if missing > 0 {
            rows.extend(entries(query(missing).filter(changed_at.lt(at)).load(conn)?)?);
        }
        Ok(rows)
    })
}

/// The rows as entries. Every listed contact has a number once reindexing is done.
fn entries<K>(rows: Vec<(Option<i64>, Id, K)>) -> Result<Vec<IndexEntry<K>>, Error> {
    let number = |number: Option<i64>| u32::try_from(number.unwrap_or_default()).or_internal();
    rows.into_iter().map(|(known, id, key)| Ok((number(known)?, id, key))).collect()
}

fn missing(limit: i64, there: usize) -> i64 {
    limit.saturating_sub(i64::try_from(there).unwrap_or(i64::MAX))
}

/// The sort keys of those of these contacts that are listed, unordered.
pub(super) fn sort_keys(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<SortKeys>, Error> {
    let mut keys = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(BATCH) {
        let chunk: Vec<i64> = chunk.iter().map(|number| i64::from(*number)).collect();
        // `listed` is no condition of the statement: see `contacts::some`.
        let rows: Vec<(Id, String, Timestamp, Timestamp, Id, bool)> = on_each!(conn, c => contact::table
            .filter(contact::number.eq_any(&chunk))
            .select((
                contact::id,
                contact::sort_name,
                contact::updated_at,
                contact::shown_at,
                contact::organisation_id,
                contact::listed,
            ))
            .load(c))?;
        for (id, sort_name, updated_at, shown_at, organisation_id, listed) in rows {
            if listed {
                keys.push(SortKeys { id, sort_name, updated_at, shown_at, organisation_id });
            }
        }
    }
    Ok(keys)
}
