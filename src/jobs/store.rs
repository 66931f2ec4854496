//! All SQL of jobs in progress.

use diesel::prelude::*;

use super::Before;
use crate::db::schema::job_try;
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// The record of a job, locked until this unit of work ends.
pub(super) fn lock_for_update(conn: &mut Conn, job: &str, subject: Id) -> Result<Option<Before>, Error> {
    let row = job_try::table.find((job, subject)).select((job_try::tries, job_try::begun_at, job_try::set_aside_at));
    let row: Option<(i32, Timestamp, Option<Timestamp>)> = match conn {
        Conn::Postgres(c) => row.for_update().first(c).optional()?,
        Conn::Sqlite(c) => row.first(c).optional()?,
    };
    Ok(row.map(|(tries, begun_at, set_aside_at)| Before { tries, begun_at, set_aside_at }))
}

/// Counts an attempt.
pub(super) fn begin(conn: &mut Conn, job: &str, subject: Id, now: Timestamp) -> Result<(), Error> {
    let row = (job_try::job.eq(job), job_try::subject.eq(subject), job_try::tries.eq(1), job_try::begun_at.eq(now));
    on_each!(conn, c => diesel::insert_into(job_try::table)
        .values(row)
        .on_conflict((job_try::job, job_try::subject))
        .do_update()
        .set((
            job_try::tries.eq(job_try::tries + 1),
            job_try::begun_at.eq(now),
            job_try::set_aside_at.eq(None::<Timestamp>),
        ))
        .execute(c))?;
    Ok(())
}

/// Deletes the record: the job has ended.
pub(super) fn end(conn: &mut Conn, job: &str, subject: Id) -> Result<(), Error> {
    diesel::delete(job_try::table.find((job, subject))).execute(conn)?;
    Ok(())
}

/// Sets the job aside.
pub(super) fn set_aside(conn: &mut Conn, job: &str, subject: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(job_try::table.find((job, subject))).set(job_try::set_aside_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes some records of jobs that have not begun since then, the oldest first.
pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    let old = job_try::table.filter(job_try::begun_at.lt(before)).order(job_try::begun_at).limit(SWEPT_AT_ONCE);
    let newest: Option<Timestamp> = old.select(job_try::begun_at).load(conn)?.pop();
    let Some(newest) = newest else { return Ok(0) };
    Ok(diesel::delete(job_try::table.filter(job_try::begun_at.le(newest))).execute(conn)?)
}
