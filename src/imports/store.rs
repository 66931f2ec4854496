//! All SQL of imports.

use diesel::prelude::*;

use super::types::{Draft, KeptPlan, StoredPlan, StoredReading, StoredRow};
use crate::db::schema::import_plan;
use crate::db::{Conn, Document, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::time::Timestamp;

pub(super) fn insert(
    conn: &mut Conn,
    draft: &Draft,
    reading: StoredReading,
    made_by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(import_plan::table)
        .values((
            import_plan::id.eq(draft.id),
            import_plan::made_by.eq(made_by),
            import_plan::made_at.eq(now),
            import_plan::expires_at.eq(draft.expires_at),
            import_plan::rows.eq(Document(draft.rows.iter().map(StoredRow::from).collect::<Vec<_>>())),
            import_plan::reading.eq(Document(reading)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a person's oldest plans, so that there are at most `kept` with the next one.
pub(super) fn make_room(conn: &mut Conn, made_by: Id, kept: i64) -> Result<(), Error> {
    let older: Vec<Id> = import_plan::table
        .filter(import_plan::made_by.eq(made_by))
        .order(import_plan::id.desc())
        .offset(kept - 1)
        .limit(kept)
        .select(import_plan::id)
        .load(conn)?;
    diesel::delete(import_plan::table.filter(import_plan::id.eq_any(older))).execute(conn)?;
    Ok(())
}

/// The plan, locked until the unit of work ends. On SQLite a unit that writes runs alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Option<StoredPlan>, Error> {
    let found = match conn {
        Conn::Postgres(c) => import_plan::table.find(id).select(StoredPlan::as_select()).for_update().first(c),
        Conn::Sqlite(_) => return find(conn, id),
    };
    Ok(found.optional()?)
}

/// The plan as it is, without a lock.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<StoredPlan>, Error> {
    Ok(import_plan::table.find(id).select(StoredPlan::as_select()).first(conn).optional()?)
}

/// Who made a plan.
pub(super) fn maker(conn: &mut Conn, id: Id) -> Result<Option<Id>, Error> {
    Ok(import_plan::table.find(id).select(import_plan::made_by).first(conn).optional()?)
}

/// Marks the plan as being carried out.
pub(super) fn claim(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(import_plan::table.find(id)).set(import_plan::committed_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Replaces the rows of the plan.
pub(super) fn set_rows(conn: &mut Conn, id: Id, rows: Vec<StoredRow>) -> Result<(), Error> {
    diesel::update(import_plan::table.find(id)).set(import_plan::rows.eq(Document(rows))).execute(conn)?;
    Ok(())
}

/// Marks the plan as carried out, and deletes its rows: the invitations have the data now.
pub(super) fn close(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(import_plan::table.find(id))
        .set((import_plan::committed_at.eq(now), import_plan::rows.eq(Document(Vec::<StoredRow>::new()))))
        .execute(conn)?;
    Ok(())
}

/// The ids of all plans: at most ten of a person.
pub(super) fn ids(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(import_plan::table.order(import_plan::id).select(import_plan::id).load(conn)?)
}

/// The plans with these ids.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, KeptPlan)>, Error> {
    type Row = (Id, Timestamp, Document<Vec<StoredRow>>);
    let columns = (import_plan::id, import_plan::made_at, import_plan::rows);
    let wanted = import_plan::table.filter(import_plan::id.eq_any(ids.to_vec()));
    let rows: Vec<Row> = wanted.select(columns).load(conn)?;
    Ok(rows.into_iter().map(|(id, made_at, Document(rows))| (id, KeptPlan { made_at, rows })).collect())
}

/// Deletes the plans of a person.
pub(super) fn delete_of(conn: &mut Conn, made_by: Id) -> Result<(), Error> {
    diesel::delete(import_plan::table.filter(import_plan::made_by.eq(made_by))).execute(conn)?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::delete(import_plan::table.filter(import_plan::id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    let ended = import_plan::table.filter(import_plan::expires_at.lt(before)).limit(SWEPT_AT_ONCE);
    let ended: Vec<Id> = ended.select(import_plan::id).load(conn)?;
    Ok(diesel::delete(import_plan::table.filter(import_plan::id.eq_any(ended))).execute(conn)?)
}
