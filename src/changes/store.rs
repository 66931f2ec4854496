//! All SQL of changes.

use diesel::prelude::*;

use super::rules::FeedPosition;
use super::types::{Change, Counter, EntryKind};
use crate::db::schema::{change, change_counter};
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::{Error, OrInternal as _};
use crate::on_each;
use crate::time::Timestamp;

/// Takes `count` consecutive numbers and returns the first. The counter stays locked until the unit of work ends.
pub(super) fn take_numbers(conn: &mut Conn, count: usize) -> Result<i64, Error> {
    let count = i64::try_from(count).or_internal()?;
    let last: i64 = diesel::update(change_counter::table)
        .set(change_counter::seq.eq(change_counter::seq + count))
        .returning(change_counter::seq)
        .get_result(conn)?;
    Ok(last - count + 1)
}

/// Moves these subjects to the numbers from `first` on, and deletes their rows of this level and of narrower ones. The
/// caller has taken the numbers, so no other unit of work writes.
pub(super) fn replace(
    conn: &mut Conn,
    kind: EntryKind,
    ids: &[Id],
    first: i64,
    (level, gone): (i16, bool),
    now: Timestamp,
) -> Result<(), Error> {
    let before = change::kind.eq(kind).and(change::id.eq_any(ids.to_vec())).and(change::level.ge(level));
    diesel::delete(change::table.filter(before)).execute(conn)?;
    let rows: Vec<_> = (first..)
        .zip(ids)
        .map(|(seq, id)| {
            let of = (change::kind.eq(kind), change::id.eq(*id));
            (of.0, of.1, change::level.eq(level), change::seq.eq(seq), change::at.eq(now), change::gone.eq(gone))
        })
        .collect();
    on_each!(conn, c => diesel::insert_into(change::table).values(&rows).execute(c))?;
    Ok(())
}

/// The changes after a position, in their order.
pub(super) fn since(conn: &mut Conn, place: FeedPosition, limit: i64) -> Result<Vec<Change>, Error> {
    Ok(change::table
        .filter(change::seq.gt(place.after()))
        .filter(change::gone.eq(false).or(change::seq.gt(place.began())))
        .order(change::seq)
        .limit(limit)
        .select(Change::as_select())
        .load(conn)?)
}

/// The number of the newest change that everybody sees; zero where there is none.
pub(super) fn newest_for_all(conn: &mut Conn) -> Result<i64, Error> {
    let for_all = change::table.filter(change::level.eq(0_i16)).order(change::seq.desc());
    Ok(for_all.select(change::seq).first(conn).optional()?.unwrap_or_default())
}

/// The counter of numbers.
pub(super) fn counter(conn: &mut Conn) -> Result<Counter, Error> {
    Ok(change_counter::table.select(Counter::as_select()).first(conn)?)
}

/// Deletes some rows of subjects that have been gone since before `bound`, and moves the horizon past them.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let old = change::gone.eq(true).and(change::at.lt(bound));
    let some = change::table.filter(old).order(change::seq).limit(SWEPT_AT_ONCE).select(change::seq);
    let newest: Option<i64> = some.load(conn)?.pop();
    let Some(newest) = newest else { return Ok(0) };
    // The counter is locked first, in the order of all units of work.
    let behind = change_counter::table.filter(change_counter::horizon.lt(newest));
    diesel::update(behind).set(change_counter::horizon.eq(newest)).execute(conn)?;
    Ok(diesel::delete(change::table.filter(old.and(change::seq.le(newest)))).execute(conn)?)
}
