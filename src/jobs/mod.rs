//! Counts attempts of background jobs before they begin, so that a job that kills the process does not do so at every
//! start.
//!
//! [`guarded`] records that a job begins, runs it, and deletes the record, whether the job succeeded or not. If the
//! record is still there when the job begins the next time, its process ended: killed by a bug in that job, or from
//! outside. After the fifth time the job is set aside for a day: the log has an error that names it, and everything
//! else continues. A job has a name, and may be about one row, by its id; then only that row is set aside.
//!
//! A job whose future is dropped looks like one that ended its process. So a caller that may drop it (a request, a
//! timeout) runs it in a task of its own. Old records of jobs that never began again are deleted ([`sweep`]).
//!
//! Mails and deliveries of webhooks are counted where they are claimed (`mail`, `webhooks`).

mod store;

use std::time::Duration;

use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Attempts without an end after which a job is set aside; so many processes may run the same job without harm.
const MOST: i32 = 5;
/// How long it is set aside.
const REST: Duration = Duration::from_hours(24);
/// How long attempts without an end are remembered.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Whether a job may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    Now,
    /// It is set aside; `news` if that was decided just now.
    Not {
        news: bool,
    },
}

/// Runs a job, unless it has ended the processes that ran it before; none if it is set aside.
///
/// # Errors
/// Those of the job.
pub async fn guarded<T>(
    db: &Db,
    now: Timestamp,
    job: &'static str,
    subject: Option<Id>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<Option<T>, Error> {
    let subject = subject.unwrap_or(Id::nil());
    let begin = db.write(move |conn| {
        let before = store::lock_for_update(conn, job, subject)?;
        let begin = judge(before, now);
        match begin {
            Begin::Now => store::begin(conn, job, subject, now)?,
            Begin::Not { news: true } => store::set_aside(conn, job, subject, now)?,
            Begin::Not { news: false } => {}
        }
        Ok(begin)
    });
    match begin.await? {
        Begin::Now => {}
        Begin::Not { news } => {
            if news {
                tracing::error!(job, %subject, "set aside for a day: several processes ended while they did this");
            }
            return Ok(None);
        }
    }
    let outcome = work.await;
    db.write(move |conn| store::end(conn, job, subject)).await?;
    outcome.map(Some)
}

/// Deletes old records of jobs that never began again; returns how many.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(KEPT))
}

/// The attempts without an end, the time of the last one, and since when the job is set aside.
#[derive(Clone, Copy)]
struct Before {
    tries: i32,
    begun_at: Timestamp,
    set_aside_at: Option<Timestamp>,
}

fn judge(before: Option<Before>, now: Timestamp) -> Begin {
    match before {
        Some(before) if before.tries >= MOST && now < before.begun_at.plus(REST) => {
            Begin::Not { news: before.set_aside_at.is_none() }
        }
        _ => Begin::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_five_processes_rests_for_a_day_and_is_told_once() {
        let begun_at = Timestamp::from_micros(0);
        let soon = begun_at.plus(Duration::from_mins(1));
        let before = |tries, set_aside_at| Some(Before { tries, begun_at, set_aside_at });
        assert_eq!(judge(None, soon), Begin::Now);
        assert_eq!(judge(before(4, None), soon), Begin::Now);
        assert_eq!(judge(before(5, None), soon), Begin::Not { news: true });
        assert_eq!(judge(before(5, Some(soon)), soon), Begin::Not { news: false });
        assert_eq!(judge(before(6, Some(soon)), begun_at.plus(REST)), Begin::Now);
    }
}
