//! What is done in the background, counted before it is begun, so that nothing ends the portal at every start for ever.
//!
//! [`guarded`] writes down that a job is begun, does it, and strikes that out, whether it went well or not. What is still there
//! when it is begun the next time had its process end: killed by a bug in that very job, or by somebody. After the fifth time it is
//! set aside for a day: an error in the log says which, and everything else goes on. A job is named, and may be about
//! one row, by its id; then that row alone is set aside.
//!
//! Mails and events of webhooks are counted where they are claimed (`mail`, `webhooks`).

mod store;

use std::time::Duration;

use crate::db::{Db, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Tries of which nothing came, after which a job is set aside; as many processes may be at the same one without harm.
const MOST: i32 = 5;
/// For how long.
const REST: Duration = Duration::from_hours(24);

/// Whether something may be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    Now,
    /// It is set aside; whether that was decided just now.
    Not {
        news: bool,
    },
}

/// Does a job, unless it has ended the processes that did it before; none where it is set aside.
///
/// # Errors
/// Those of the job, and where the database says no.
pub async fn guarded<T>(
    db: &Db,
    now: Timestamp,
    job: &'static str,
    subject: Option<Id>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<Option<T>, Error> {
    let subject = subject.unwrap_or(Id::nil());
    let begin = db.write(move |conn| {
        let before = store::hold(conn, job, subject)?;
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

/// How often it was begun in vain, when the last time, and since when it is set aside.
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
