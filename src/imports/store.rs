//! All SQL of imports.

use diesel::prelude::*;

use super::types::{Draft, StoredPlan, StoredRow};
use crate::db::schema::import_plan;
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::time::Timestamp;

pub(super) fn insert(conn: &mut Conn, draft: &Draft, made_by: Id, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(import_plan::table)
        .values((
            import_plan::id.eq(draft.id),
            import_plan::made_by.eq(made_by),
            import_plan::made_at.eq(now),
            import_plan::expires_at.eq(draft.expires_at),
            import_plan::rows.eq(Document(draft.rows.iter().map(StoredRow::from).collect::<Vec<_>>())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a person's oldest plans, so that with a new one there are no more than `kept`.
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

/// The plan, which nobody else carries out until this unit of work ends. On SQLite a unit that writes is alone anyway.
pub(super) fn hold(conn: &mut Conn, id: Id) -> Result<Option<StoredPlan>, Error> {
    let found = match conn {
        Conn::Postgres(c) => import_plan::table.find(id).select(StoredPlan::as_select()).for_update().first(c),
        Conn::Sqlite(_) => import_plan::table.find(id).select(StoredPlan::as_select()).first(conn),
    };
    Ok(found.optional()?)
}

/// Who made a plan.
pub(super) fn maker(conn: &mut Conn, id: Id) -> Result<Option<Id>, Error> {
    Ok(import_plan::table.find(id).select(import_plan::made_by).first(conn).optional()?)
}

/// Writes down that the plan was carried out, and forgets whom it invited: that stands where they were invited.
pub(super) fn close(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(import_plan::table.find(id))
        .set((import_plan::committed_at.eq(now), import_plan::rows.eq(Document(Vec::<StoredRow>::new()))))
        .execute(conn)?;
    Ok(())
}

/// Every plan that is kept, with whoever made it: ten a person and a day.
pub(super) fn rows(conn: &mut Conn) -> Result<Vec<(Id, Id, Vec<StoredRow>)>, Error> {
    let rows: Vec<(Id, Id, Document<Vec<StoredRow>>)> =
        import_plan::table.select((import_plan::id, import_plan::made_by, import_plan::rows)).load(conn)?;
    Ok(rows.into_iter().map(|(id, made_by, Document(rows))| (id, made_by, rows)).collect())
}

pub(super) fn delete(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::delete(import_plan::table.filter(import_plan::id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    Ok(diesel::delete(import_plan::table.filter(import_plan::expires_at.lt(before))).execute(conn)?)
}
