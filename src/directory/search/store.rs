//! The SQL of pages: contacts along the index of an order, by keyset, so any page costs the same.

use diesel::prelude::*;

use crate::db::schema::{contact, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::directory::store::Found;
use crate::directory::types::{ContactMember, ContactRow};
use crate::error::{Error, OrInternal as _};
use crate::members::Region;
use crate::on_each;
use crate::time::Timestamp;

/// Where a contact stands in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) id: Id,
    pub(super) sort_name: String,
    pub(super) updated_at: Timestamp,
    pub(super) organisation_id: Id,
}

type StepRow = (Option<i64>, Id, String, Timestamp, Id);

fn step((number, id, sort_name, updated_at, organisation_id): StepRow) -> Result<Step, Error> {
    let number = u32::try_from(number.unwrap_or_default()).or_internal()?;
    Ok(Step { number, id, sort_name, updated_at, organisation_id })
}

/// A part of the directory that one index has in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// A region.
    Region(Region),
    /// An organisation.
    Organisation(Id),
}

/// A page of contacts by name, after (`sort_name`, id).
pub(super) fn page(conn: &mut Conn, part: Part, after: Option<(&str, Id)>, limit: i64) -> Result<Vec<Found>, Error> {
    let mut query = contact::table
        .inner_join(organisation::table)
        .filter(contact::listed.eq(true))
        .order((contact::sort_name, contact::id))
        .limit(limit)
        .select((ContactRow::as_select(), ContactMember::as_select()))
        .into_boxed();
    match part {
        Part::Whole => {}
        Part::Region(region) => query = query.filter(contact::region.eq(region.as_str())),
        Part::Organisation(id) => query = query.filter(contact::organisation_id.eq(id)),
    }
    if let Some((name, id)) = after {
        // The first condition is what the index seeks by; the second drops what lies before within the same name.
        query = query
            .filter(contact::sort_name.ge(name.to_owned()))
            .filter(contact::sort_name.gt(name.to_owned()).or(contact::id.gt(id)));
    }
    Ok(query.load(conn)?)
}

/// The next steps by name in a part of the directory.
pub(super) fn walk_names(
    conn: &mut Conn,
    part: Part,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<Step>, Error> {
    let mut query = contact::table
        .filter(contact::listed.eq(true))
        .order((contact::sort_name, contact::id))
        .limit(limit)
        .select((contact::number, contact::id, contact::sort_name, contact::updated_at, contact::organisation_id))
        .into_boxed();
    match part {
        Part::Whole => {}
        Part::Region(region) => query = query.filter(contact::region.eq(region.as_str())),
        Part::Organisation(id) => query = query.filter(contact::organisation_id.eq(id)),
    }
    if let Some((name, id)) = after {
        query = query
            .filter(contact::sort_name.ge(name.to_owned()))
            .filter(contact::sort_name.gt(name.to_owned()).or(contact::id.gt(id)));
    }
    query.load::<StepRow>(conn)?.into_iter().map(step).collect()
}

/// The next steps from what changed last to what changed first.
pub(super) fn walk_changes(conn: &mut Conn, after: Option<(Timestamp, Id)>, limit: i64) -> Result<Vec<Step>, Error> {
    let mut query = contact::table
        .filter(contact::listed.eq(true))
        .order((contact::updated_at.desc(), contact::id.desc()))
        .limit(limit)
        .select((contact::number, contact::id, contact::sort_name, contact::updated_at, contact::organisation_id))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(contact::updated_at.le(at)).filter(contact::updated_at.lt(at).or(contact::id.lt(id)));
    }
    query.load::<StepRow>(conn)?.into_iter().map(step).collect()
}

/// Where these contacts stand, in no particular order.
pub(super) fn steps(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(BATCH) {
        let chunk: Vec<i64> = chunk.iter().map(|number| i64::from(*number)).collect();
        let rows = on_each!(conn, c => contact::table
            .filter(contact::listed.eq(true).and(contact::number.eq_any(&chunk)))
            .select((contact::number, contact::id, contact::sort_name, contact::updated_at, contact::organisation_id))
            .load::<StepRow>(c))?;
        for row in rows {
            steps.push(step(row)?);
        }
    }
    Ok(steps)
}
