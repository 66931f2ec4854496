//! All SQL of setbacks.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::setback;
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

pub(super) fn failures(conn: &mut Conn, id: Id) -> Result<i32, Error> {
    Ok(setback::table.find(id).select(setback::failures).first(conn).optional()?.unwrap_or_default())
}

pub(super) fn put(conn: &mut Conn, id: Id, failures: i32, until: Timestamp) -> Result<(), Error> {
    let row = (setback::id.eq(id), setback::failures.eq(failures), setback::until.eq(until));
    on_each!(conn, c => diesel::insert_into(setback::table)
        .values(row)
        .on_conflict(setback::id)
        .do_update()
        .set((setback::failures.eq(excluded(setback::failures)), setback::until.eq(excluded(setback::until))))
        .execute(c))?;
    Ok(())
}

pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    let over: Vec<Id> =
        setback::table.filter(setback::until.lt(before)).limit(SWEPT_AT_ONCE).select(setback::id).load(conn)?;
    Ok(diesel::delete(setback::table.filter(setback::id.eq_any(over))).execute(conn)?)
}
