//! The SQL of jobs that are under way.

use diesel::prelude::*;

use super::Before;
use crate::db::schema::job_try;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// What is known of a job that had been begun, which nobody else begins until this unit of work ends.
pub(super) fn hold(conn: &mut Conn, job: &str, subject: Id) -> Result<Option<Before>, Error> {
    let row = job_try::table.find((job, subject)).select((job_try::tries, job_try::begun_at, job_try::set_aside_at));
    let row: Option<(i32, Timestamp, Option<Timestamp>)> = match conn {
        Conn::Postgres(c) => row.for_update().first(c).optional()?,
        Conn::Sqlite(c) => row.first(c).optional()?,
    };
    Ok(row.map(|(tries, begun_at, set_aside_at)| Before { tries, begun_at, set_aside_at }))
}

/// Counts a try.
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

/// Something came of it.
pub(super) fn end(conn: &mut Conn, job: &str, subject: Id) -> Result<(), Error> {
    diesel::delete(job_try::table.find((job, subject))).execute(conn)?;
    Ok(())
}

/// It is not tried any more.
pub(super) fn set_aside(conn: &mut Conn, job: &str, subject: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(job_try::table.find((job, subject))).set(job_try::set_aside_at.eq(now)).execute(conn)?;
    Ok(())
}
