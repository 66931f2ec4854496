//! What happens to announcements by itself, done once with any number of processes.
//!
//! One whose time has come begins, or is held where that was too long ago: a portal that was down, or came back from a backup,
//! does not send what nobody expects any more. What was planned or approved by somebody who may not any more is held too. What is being sent is fanned out step by step, halted where much of it fails,
//! and ended with its last mail. Each thing is a unit of work that holds the announcement and looks again whether it is still
//! to be done, so a second process that found the same waits and finds nothing. To begin one and to fan it out is counted before
//! it is done (`jobs`).

use super::rendering::Rendering;
use super::types::AnnouncementStatus;
use super::{Desk, draft_of, grants, rules, store};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::jobs;
use crate::mail::batches;
use crate::setbacks;

/// Announcements that begin in one go.
const BEGUN_AT_ONCE: i64 = 20;
/// Cancelled mails that are marked in one unit of work.
const MARKED_AT_ONCE: i64 = 5_000;

/// Does a round of what is to be done, a step of each announcement that is fanned out among it; returns how many things it
/// did. None: all is done that was to be done at `desk.now`.
///
/// # Errors
/// Where the database says no.
pub async fn work_off(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let mut done = 0;
    let now = desk.now;
    // Before anything begins.
    for (id, why) in db.read(grants::void).await? {
        done += told(id, run(db, desk, move |desk, conn| desk.hold_void(conn, id, why)).await);
    }
    for id in db.read(move |conn| store::due(conn, now, BEGUN_AT_ONCE)).await? {
        let met = guarded(db, desk, "announcement_begin", id, meet_time(db, desk, id)).await;
        if met.is_err() {
            // Others whose time has come stand behind it.
            db.write(move |conn| setbacks::note(conn, id, now)).await?;
        }
        done += told(id, met);
    }
    for id in db.read(store::to_fan_out).await? {
        let step = run(db, desk, move |desk, conn| desk.fan_out_of(conn, id));
        done += told(id, guarded(db, desk, "announcement_fan_out", id, step).await);
    }
    if db.read(batches::any_to_cancel).await? {
        done += usize::from(db.write(|conn| batches::cancel_some(conn, MARKED_AT_ONCE)).await? > 0);
    }
    for id in db.read(failing).await? {
        done += told(id, run(db, desk, move |desk, conn| desk.halt(conn, id)).await);
    }
    if db.read(batches::any_finished).await? {
        done += usize::from(run(db, desk, Desk::finish).await?);
    }
    Ok(done)
}

/// One that ended the processes which went on with it is left alone for a day, and stopped for somebody to look.
async fn guarded(
    db: &Db,
    desk: &Desk,
    job: &'static str,
    id: Id,
    work: impl Future<Output = Result<bool, Error>>,
) -> Result<bool, Error> {
    match jobs::guarded(db, desk.now, job, Some(id), work).await? {
        Some(done) => Ok(done),
        None => run(db, desk, move |desk, conn| desk.stop(conn, id)).await,
    }
}

/// What one says is rendered first: no unit of work does that.
async fn meet_time(db: &Db, desk: &Desk, id: Id) -> Result<bool, Error> {
    let rendering = Rendering::of(db, desk, id).await?;
    run(db, desk, move |desk, conn| desk.meet_time(conn, id, &rendering)).await
}

async fn run(
    db: &Db,
    desk: &Desk,
    work: impl FnOnce(&Desk, &mut Conn) -> Result<bool, Error> + Send + 'static,
) -> Result<bool, Error> {
    let desk = desk.clone();
    db.write(move |conn| work(&desk, conn)).await
}

/// One that fails is logged and does not keep the others; it is tried again the next time.
fn told(id: Id, outcome: Result<bool, Error>) -> usize {
    match outcome {
        Ok(done) => usize::from(done),
        Err(error) => {
            tracing::warn!(%error, announcement = %id, "could not go on with an announcement");
            0
        }
    }
}

/// Those of which much fails and something is left to leave.
fn failing(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    let mut failing = Vec::new();
    for id in store::in_state(conn, AnnouncementStatus::Sending)? {
        let counts = batches::counts(conn, id)?;
        if rules::fails_often(counts.sent, counts.failed) && counts.pending + counts.deferred > 0 {
            failing.push(id);
        }
    }
    Ok(failing)
}

impl Desk {
    /// Begins what is due, or holds it back.
    fn meet_time(&self, conn: &mut Conn, id: Id, rendering: &Rendering) -> Result<bool, Error> {
        let Some(row) = store::find_for_update(conn, id)? else { return Ok(false) };
        let at = row.send_at.filter(|at| row.status == AnnouncementStatus::Scheduled && *at <= self.now);
        let Some(at) = at else { return Ok(false) };
        if !rendering.is_of(&draft_of(conn, &row)?)? {
            // It was changed and scheduled again meanwhile: the next round renders what it says now.
            return Ok(false);
        }
        match rules::due(at, self.now, self.settings.grace) {
            rules::Due::Start if !grants::is_planned(conn, &row)? => {
                self.put_on_hold(conn, id, rules::PLANNER_LEFT)?;
            }
            rules::Due::Start => match self.begin(conn, id, None, rendering) {
                Ok(_) => {}
                Err(error) => match error.refusal() {
                    // What was right when it was planned is not any more: somebody is to look.
                    Some(code) => self.put_on_hold(conn, id, code)?,
                    None => return Err(error),
                },
            },
            rules::Due::Hold => self.put_on_hold(conn, id, "overdue")?,
        }
        Ok(true)
    }

    /// Holds or halts one that can't be gone on with; whether there was anything to do.
    fn stop(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let Some(row) = store::find_for_update(conn, id)? else { return Ok(false) };
        match row.status {
            AnnouncementStatus::Scheduled => self.put_on_hold(conn, id, rules::SET_ASIDE)?,
            AnnouncementStatus::Sending => {
                self.pause(conn, id, None, Some(rules::SET_ASIDE))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn fan_out_of(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        match store::find_for_update(conn, id)? {
            Some(row) => self.fan_out(conn, &row),
            None => Ok(false),
        }
    }

    /// Halts one of which much fails: something is wrong with it, or with the relay. Whoever resumed it has seen that.
    fn halt(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let Some(row) = store::find_for_update(conn, id)? else { return Ok(false) };
        if row.status != AnnouncementStatus::Sending || row.reason.as_deref() == Some(rules::OVERRULED) {
            return Ok(false);
        }
        self.pause(conn, id, None, Some(rules::MANY_FAILURES))?;
        Ok(true)
    }

    /// Ends those of which the last mail has come to an end.
    fn finish(&self, conn: &mut Conn) -> Result<bool, Error> {
        let ended = batches::close_finished(conn, self.now)?;
        for id in &ended {
            if let Some(row) = store::find_for_update(conn, *id)?
                && row.status == AnnouncementStatus::Sending
            {
                self.change(conn, *id, None, super::Event::Finish, AnnouncementStatus::Sent, None)?;
            }
        }
        store::set_finished(conn, &ended, self.now)?;
        Ok(!ended.is_empty())
    }
}
