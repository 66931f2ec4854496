//! All SQL of changes.

use std::collections::BTreeMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::rules::FeedPosition;
use super::types::{Change, EntryKind, Noted};
use crate::db::schema::{change, change_counter, change_noted};
use crate::db::{Conn, Id, SWEPT_AT_ONCE, Wakeup};
use crate::error::{Error, OrInternal as _};
use crate::on_each;
use crate::time::Timestamp;

/// Changes that one step numbers.
const NUMBERED_AT_ONCE: i64 = 1_000;

/// Takes `count` consecutive numbers and returns the first. The counter stays locked until the unit of work ends.
pub(super) fn take_numbers(conn: &mut Conn, count: usize) -> Result<i64, Error> {
    let count = i64::try_from(count).or_internal()?;
    let last: i64 = diesel::update(change_counter::table)
        .set(change_counter::seq.eq(change_counter::seq + count))
        .returning(change_counter::seq)
        .get_result(conn)?;
    Ok(last - count + 1)
}

/// Writes changes with their numbers, and deletes the rows of their subjects of these levels and of narrower ones. The
/// caller has taken the numbers, so no other unit of work writes.
pub(super) fn replace(conn: &mut Conn, changes: &[Change]) -> Result<(), Error> {
    let mut widest: BTreeMap<(EntryKind, i16), Vec<Id>> = BTreeMap::new();
    for change in changes {
        widest.entry((change.kind, change.level)).or_default().push(change.id);
    }
    for ((kind, level), ids) in widest {
        let before = change::kind.eq(kind).and(change::id.eq_any(ids)).and(change::level.ge(level));
        diesel::delete(change::table.filter(before)).execute(conn)?;
    }
    let rows: Vec<_> = changes
        .iter()
        .map(|new| {
            let of = (change::kind.eq(new.kind), change::id.eq(new.id), change::level.eq(new.level));
            (of.0, of.1, of.2, change::seq.eq(new.seq), change::at.eq(new.at), change::gone.eq(new.gone))
        })
        .collect();
    if !rows.is_empty() {
        on_each!(conn, c => diesel::insert_into(change::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Whether no other unit of work may write at the same time.
pub(super) fn has_one_writer(conn: &Conn) -> bool {
    matches!(conn, Conn::Sqlite(_))
}

/// Notes changes without a number.
pub(super) fn note(conn: &mut Conn, noted: &[Noted]) -> Result<(), Error> {
    let rows: Vec<_> = noted
        .iter()
        .map(|noted| {
            let of = (change_noted::kind.eq(noted.kind), change_noted::subject.eq(noted.subject));
            let what = (change_noted::level.eq(noted.level), change_noted::gone.eq(noted.gone));
            (of.0, of.1, what.0, what.1, change_noted::at.eq(noted.at))
        })
        .collect();
    on_each!(conn, c => diesel::insert_into(change_noted::table).values(&rows).execute(c))?;
    conn.wake(Wakeup::Changes);
    Ok(())
}

/// Whether changes are there that have no number yet.
pub(super) fn is_any_noted(conn: &mut Conn) -> Result<bool, Error> {
    if has_one_writer(conn) {
        return Ok(false);
    }
    Ok(diesel::select(exists(change_noted::table.select(change_noted::id))).get_result(conn)?)
}

/// Some of the changes without a number, in the order in which they were noted.
pub(super) fn noted(conn: &mut Conn) -> Result<Vec<Noted>, Error> {
    let first = change_noted::table.order((change_noted::noted_at, change_noted::id)).limit(NUMBERED_AT_ONCE);
    Ok(first.select(Noted::as_select()).load(conn)?)
}

/// Deletes these, which have numbers now.
pub(super) fn forget_noted(conn: &mut Conn, noted: &[Noted]) -> Result<(), Error> {
    let ids: Vec<Id> = noted.iter().map(|noted| noted.id).collect();
    diesel::delete(change_noted::table.filter(change_noted::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Locks the counter until the unit of work ends.
pub(super) fn lock_counter(conn: &mut Conn) -> Result<(), Error> {
    let counter = change_counter::table.select(change_counter::seq);
    if let Conn::Postgres(c) = conn {
        counter.for_update().first::<i64>(c)?;
    }
    Ok(())
}

/// The number of the newest change and of those without a number, in one statement: so that both are of one moment.
pub(super) fn revision(conn: &mut Conn) -> Result<i64, Error> {
    let both = sql::<BigInt>("change_counter.seq + (SELECT count(*) FROM change_noted)");
    Ok(change_counter::table.select(both).first(conn)?)
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

/// The number that each reader must have reached: the newest among deleted rows of subjects that are gone, or that at
/// which a restored database went on.
pub(super) fn horizon(conn: &mut Conn) -> Result<i64, Error> {
    Ok(change_counter::table.select(change_counter::horizon).first(conn)?)
}

/// The last number that was given.
pub(super) fn newest_number(conn: &mut Conn) -> Result<i64, Error> {
    Ok(change_counter::table.select(change_counter::seq).first(conn)?)
}

/// Continues after this number, and refuses every reader that has read up to a smaller one.
pub(super) fn set_counter(conn: &mut Conn, seq: i64) -> Result<(), Error> {
    let both = (change_counter::seq.eq(seq), change_counter::horizon.eq(seq));
    diesel::update(change_counter::table).set(both).execute(conn)?;
    Ok(())
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
