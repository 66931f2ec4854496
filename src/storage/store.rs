//! All SQL of the ledger: the objects that exist, and those to be deleted.

use std::collections::HashSet;

use diesel::dsl::{exists, max, min};
use diesel::prelude::*;

use crate::db::schema::stored_object;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Reserves the id of an object before it is written.
pub(super) fn reserve(conn: &mut Conn, id: Id, now: Timestamp, delete_after: Timestamp) -> Result<(), Error> {
    diesel::insert_into(stored_object::table)
        .values((
            stored_object::id.eq(id),
            stored_object::created_at.eq(now),
            stored_object::delete_after.eq(Some(delete_after)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps an object, in the transaction of the row that names it.
///
/// # Errors
/// If it was stored too long ago.
pub fn keep(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    let waiting = stored_object::table.filter(stored_object::id.eq(id).and(stored_object::delete_after.gt(now)));
    let kept = diesel::update(waiting).set(stored_object::delete_after.eq(None::<Timestamp>)).execute(conn)?;
    if kept == 1 { Ok(()) } else { Err(Error::internal("an object was put too long ago to be kept")) }
}

/// Releases an object, in the transaction that deletes the row that names it.
pub fn release(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(stored_object::table.find(id)).set(stored_object::delete_after.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// Gives up an object that was stored and perhaps not kept; false if a row names it. The answer of a unit of work that
/// kept it may have been lost. From then on nobody keeps it, so that it can be deleted at once.
pub fn give_up(conn: &mut Conn, id: Id) -> Result<bool, Error> {
    let nameless = stored_object::table.filter(stored_object::id.eq(id).and(stored_object::delete_after.is_not_null()));
    let over = stored_object::delete_after.eq(stored_object::created_at.nullable());
    Ok(diesel::update(nameless).set(over).execute(conn)? == 1)
}

/// Objects to be deleted, the longest due first.
pub(super) fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    Ok(stored_object::table
        .filter(stored_object::delete_after.le(now))
        .order((stored_object::delete_after, stored_object::id))
        .select(stored_object::id)
        .limit(limit)
        .load(conn)?)
}

/// Postpones the deletion of these, which failed.
pub(super) fn postpone(conn: &mut Conn, ids: &[Id], until: Timestamp) -> Result<(), Error> {
    diesel::update(stored_object::table.filter(stored_object::id.eq_any(ids)))
        .set(stored_object::delete_after.eq(Some(until)))
        .execute(conn)?;
    Ok(())
}

/// Removes deleted objects from the ledger.
pub(super) fn forget(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::delete(stored_object::table.filter(stored_object::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Up to `limit` objects after this id that a row names.
pub(super) fn kept(conn: &mut Conn, after: Id, limit: i64) -> Result<Vec<Id>, Error> {
    let named = stored_object::delete_after.is_null().and(stored_object::id.gt(after));
    Ok(stored_object::table.filter(named).order(stored_object::id).select(stored_object::id).limit(limit).load(conn)?)
}

/// Whether a row names the object.
pub(super) fn is_kept(conn: &mut Conn, id: Id) -> Result<bool, Error> {
    let named = stored_object::table.filter(stored_object::id.eq(id).and(stored_object::delete_after.is_null()));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}

/// When the first and the last object were stored.
pub(super) fn span(conn: &mut Conn) -> Result<Option<(Timestamp, Timestamp)>, Error> {
    let ends = stored_object::table.select((min(stored_object::created_at), max(stored_object::created_at)));
    let (first, last): (Option<Timestamp>, Option<Timestamp>) = ends.first(conn)?;
    Ok(first.zip(last))
}

/// Those of these ids that the ledger has.
pub(super) fn known(conn: &mut Conn, ids: &[Id]) -> Result<HashSet<Id>, Error> {
    let known = stored_object::table.filter(stored_object::id.eq_any(ids)).select(stored_object::id);
    Ok(known.load::<Id>(conn)?.into_iter().collect())
}

/// The next objects after `last`, without those that were to be deleted by `bound`.
pub(super) fn after(conn: &mut Conn, last: Id, limit: i64, bound: Timestamp) -> Result<Vec<Id>, Error> {
    let stays = stored_object::delete_after.is_null().or(stored_object::delete_after.gt(bound));
    let next = stored_object::table.filter(stored_object::id.gt(last)).filter(stays).order(stored_object::id);
    Ok(next.select(stored_object::id).limit(limit).load(conn)?)
}
