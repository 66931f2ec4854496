//! The SQL of pages: contacts along the index of an order, by keyset, so any page costs the same.
//!
//! What comes after a place is asked for in two steps, each of which an index seeks exactly: what shares the place's name (or
//! instant) and comes after its id, then what comes after its name. In one condition the index would be sought by the name
//! alone, and of a thousand people of one name a thousand be dropped.

use diesel::prelude::*;

use crate::db::schema::{contact, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::directory::store::Found;
use crate::directory::types::{ContactMember, ContactRow};
use crate::error::{Error, OrInternal as _};
use crate::members::{MemberStatus, Region};
use crate::on_each;
use crate::policy::Sight;
use crate::time::Timestamp;

/// Where a contact stands in every order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) id: Id,
    pub(super) sort_name: String,
    pub(super) updated_at: Timestamp,
    pub(super) shown_at: Timestamp,
    pub(super) organisation_id: Id,
}

/// A contact that was met on the way along an order, with what the order compares.
pub(super) type Met<K> = (u32, Id, K);

/// A part of the directory that one index has in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// All of it.
    Whole,
    /// A region.
    Region(Region),
    /// An organisation.
    Organisation(Id),
    /// Those whose names' keys begin so.
    Beginning(&'a str),
}

/// Narrows a boxed query of contacts to a part.
macro_rules! within {
    ($query:expr, $part:expr) => {
        match $part {
            Part::Whole => $query,
            Part::Region(region) => $query.filter(contact::region.eq(region.as_str())),
            Part::Organisation(id) => $query.filter(contact::organisation_id.eq(id)),
            // Keys of names are of hexadecimal digits, which `g` comes after.
            Part::Beginning(beginning) => $query
                .filter(contact::sort_name.ge(beginning.to_owned()))
                .filter(contact::sort_name.lt(format!("{beginning}g"))),
        }
    };
}

/// Narrows a boxed query of contacts with their organisations to those that a reader may see.
macro_rules! unhidden {
    ($query:expr, $sight:expr) => {{
        let query = $query;
        if $sight.hidden { query } else { query.filter(organisation::status.ne(MemberStatus::Hidden)) }
    }};
}

/// The time of the last change that a reader is told: every query of contacts by it is one of two, each with an index.
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
    sight: &Sight,
    part: Part<'_>,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<Found>, Error> {
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
    let mut rows: Vec<Found> =
        query(limit).filter(contact::sort_name.eq(name.to_owned()).and(contact::id.gt(id))).load(conn)?;
    let missing = missing(limit, rows.len());
    if missing > 0 {
        rows.extend(query(missing).filter(contact::sort_name.gt(name.to_owned())).load::<Found>(conn)?);
    }
    Ok(rows)
}

/// A page of contacts from what changed last to what changed first, as far as this reader is told, after (time, id).
pub(super) fn page_of_changes(
    conn: &mut Conn,
    sight: &Sight,
    after: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<Found>, Error> {
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
        let mut rows: Vec<Found> = query(limit).filter(changed_at.eq(at).and(contact::id.lt(id))).load(conn)?;
        let missing = missing(limit, rows.len());
        if missing > 0 {
            rows.extend(query(missing).filter(changed_at.lt(at)).load::<Found>(conn)?);
        }
        Ok(rows)
    })
}

/// The next contacts by name in a part of the directory, from the index alone.
pub(super) fn walk_names(
    conn: &mut Conn,
    part: Part<'_>,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<Met<String>>, Error> {
    let query = |limit| {
        let listed = contact::table
            .filter(contact::listed.eq(true))
            .order((contact::sort_name, contact::id))
            .limit(limit)
            .select((contact::number, contact::id, contact::sort_name))
            .into_boxed();
        within!(listed, part)
    };
    let Some((name, id)) = after else { return met(query(limit).load(conn)?) };
    let mut rows =
        met(query(limit).filter(contact::sort_name.eq(name.to_owned()).and(contact::id.gt(id))).load(conn)?)?;
    let missing = missing(limit, rows.len());
    if missing > 0 {
        rows.extend(met(query(missing).filter(contact::sort_name.gt(name.to_owned())).load(conn)?)?);
    }
    Ok(rows)
}

/// The next contacts from what changed last to what changed first, from the index alone: of anything, or of what the
/// community sees.
pub(super) fn walk_changes(
    conn: &mut Conn,
    everything: bool,
    after: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<Met<Timestamp>>, Error> {
    by_change!(everything, changed_at => {
        let query = |limit| {
            contact::table
                .filter(contact::listed.eq(true))
                .order((changed_at.desc(), contact::id.desc()))
                .limit(limit)
                .select((contact::number, contact::id, changed_at))
                .into_boxed()
        };
        let Some((at, id)) = after else { return met(query(limit).load(conn)?) };
        let mut rows = met(query(limit).filter(changed_at.eq(at).and(contact::id.lt(id))).load(conn)?)?;
        let missing = missing(limit, rows.len());
        if missing > 0 {
            rows.extend(met(query(missing).filter(changed_at.lt(at)).load(conn)?)?);
        }
        Ok(rows)
    })
}

/// Every listed contact has a number once the index is whole.
fn met<K>(rows: Vec<(Option<i64>, Id, K)>) -> Result<Vec<Met<K>>, Error> {
    let number = |number: Option<i64>| u32::try_from(number.unwrap_or_default()).or_internal();
    rows.into_iter().map(|(known, id, key)| Ok((number(known)?, id, key))).collect()
}

fn missing(limit: i64, there: usize) -> i64 {
    limit.saturating_sub(i64::try_from(there).unwrap_or(i64::MAX))
}

/// Where these contacts stand, in no particular order.
pub(super) fn steps(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(BATCH) {
        let chunk: Vec<i64> = chunk.iter().map(|number| i64::from(*number)).collect();
        // Not `listed` as a condition: see `contacts::some`.
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
                steps.push(Step { id, sort_name, updated_at, shown_at, organisation_id });
            }
        }
    }
    Ok(steps)
}
