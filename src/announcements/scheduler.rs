//! The background job of announcements. Any number of processes may run it at the same time.
//!
//! An announcement whose time has come begins, or is held where that was too long ago: a portal that was down, or was
//! restored from a backup, does not send what nobody expects any more. One with a void plan or approval is held, too
//! (`grants`). One that is being sent is fanned out step by step, halted where much of it fails or comes back, and
//! ended with its last mail. Each step is a unit of work that locks the announcement and checks again whether the step
//! is due; a second process that finds the announcement locked leaves the step to the first one. Starts of beginning and fanning
//! out are counted (`jobs`). Each announcement is handled on its own: one that fails to begin or to end moves back
//! ([`setbacks`]) and delays no other. While a restored portal is held ([`restore_hold`]), and while a portal is under
//! maintenance ([`maintenance_mode`]), no step is due.

use std::sync::atomic::Ordering;

use super::cause::{Cause, Why};
use super::rendering::Rendering;
use super::store::Asked;
use super::types::AnnouncementStatus;
use super::{Announcements, draft_of, grants, rules, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::jobs;
use crate::mail::batches;
use crate::maintenance_mode;
use crate::restore_hold;
use crate::service::{Service as _, UnitOfWork};
use crate::setbacks;

/// Announcements that begin in one round.
const BEGUN_AT_ONCE: i64 = 20;
/// Announcements that end in one round.
const ENDED_AT_ONCE: i64 = 100;
/// Cancelled mails that are marked in one unit of work.
const MARKED_AT_ONCE: i64 = 5_000;

/// Runs a round of the steps that are due, one step of each announcement that is fanned out among them; returns how
/// many it did. None: nothing that was due at its begin is left.
pub async fn run_due(service: &Announcements) -> Result<usize, Error> {
    let (unit, db) = (service.unit(Trace::default()), &service.foundation.db);
    let (mut done, now) = (0, unit.now);
    if !db.read(is_any_due).await? {
        return Ok(0);
    }
    // Before anything begins.
    for (id, why) in db.read(grants::void).await? {
        done += count_done(id, run(&unit, move |unit, conn| unit.hold_void(conn, id, why)).await);
    }
    for id in db.read(move |conn| store::due(conn, now, BEGUN_AT_ONCE)).await? {
        let begun = guarded(&unit, "announcement_begin", id, begin_due(&unit, id)).await;
        if begun.is_err() {
            // It moves back, behind others that are due.
            db.write(move |conn| setbacks::record(conn, id, now)).await?;
        }
        done += count_done(id, begun);
    }
    for id in to_fan_out(service).await? {
        let step = run(&unit, move |unit, conn| unit.fan_out_of(conn, id));
        done += count_done(id, guarded(&unit, "announcement_fan_out", id, step).await);
    }
    if db.read(batches::any_to_cancel).await? {
        done += usize::from(db.write(|conn| batches::cancel_some(conn, MARKED_AT_ONCE)).await? > 0);
    }
    for id in db.read(failing).await? {
        done += count_done(id, run(&unit, move |unit, conn| unit.halt(conn, id)).await);
    }
    for id in db.read(batches::to_weigh).await? {
        done += count_done(id, run(&unit, move |unit, conn| unit.check_returns(conn, id)).await);
    }
    for id in db.read(move |conn| batches::finished(conn, now, ENDED_AT_ONCE)).await? {
        let ended = run(&unit, move |unit, conn| unit.finish(conn, id)).await;
        if ended.is_err() {
            db.write(move |conn| setbacks::record(conn, id, now)).await?;
        }
        done += count_done(id, ended);
    }
    Ok(done)
}

/// Whether there is something to do, and nothing forbids it.
fn is_any_due(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::is_any_under_way(conn)? && !restore_hold::is_held(conn)? && !maintenance_mode::is_on(conn)?)
}

/// Runs a step, unless earlier runs of it ended their processes: then the announcement is stopped for somebody to look.
async fn guarded(
    unit: &UnitOfWork<Announcements>,
    job: &'static str,
    id: Id,
    work: impl Future<Output = Result<bool, Error>>,
) -> Result<bool, Error> {
    match jobs::guarded(&unit.service.foundation.db, unit.now, job, Some(id), work).await? {
        Some(done) => Ok(done),
        None => run(unit, move |unit, conn| unit.stop(conn, id)).await,
    }
}

/// Renders the mails first, since no unit of work does that.
async fn begin_due(unit: &UnitOfWork<Announcements>, id: Id) -> Result<bool, Error> {
    let rendering = Rendering::of(&unit.service, id).await?;
    run(unit, move |unit, conn| unit.begin_due(conn, id, &rendering)).await
}

async fn run(
    unit: &UnitOfWork<Announcements>,
    work: impl FnOnce(&UnitOfWork<Announcements>, &mut Conn) -> Result<bool, Error> + Send + 'static,
) -> Result<bool, Error> {
    let (unit, db) = (unit.clone(), &unit.service.foundation.db);
    Box::pin(db.write(move |conn| work(&unit, conn))).await
}

/// Counts a step that was done. A failure is logged and delays no other step; the next round tries again.
fn count_done(id: Id, outcome: Result<bool, Error>) -> usize {
    match outcome {
        Ok(done) => usize::from(done),
        Err(error) => {
            tracing::warn!(%error, announcement = %id, "could not go on with an announcement");
            0
        }
    }
}

/// Announcements whose fan-out is not finished; none where there is too little room for their mails.
async fn to_fan_out(service: &Announcements) -> Result<Vec<Id>, Error> {
    let (db, reserve) = (&service.foundation.db, &service.foundation.reserve);
    let ids = db.read(store::to_fan_out).await?;
    let room = reserve.check();
    // A round follows every few seconds: the log has the begin and the end.
    match &room {
        Err(error) if !ids.is_empty() && !service.lacks_room.swap(true, Ordering::Relaxed) => {
            tracing::warn!(%error, "the mails of an announcement wait for room on the disk");
        }
        Ok(()) if service.lacks_room.swap(false, Ordering::Relaxed) => {
            tracing::info!("there is room on the disk again: the mails of announcements are written");
        }
        _ => {}
    }
    Ok(if room.is_ok() { ids } else { Vec::new() })
}

/// Announcements with many failures that still have mails to send.
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

impl UnitOfWork<Announcements> {
    /// Begins an announcement that is due, or holds it.
    fn begin_due(&self, conn: &mut Conn, id: Id, rendering: &Rendering) -> Result<bool, Error> {
        let Asked::Mine(row) = store::ask_for(conn, id)? else { return Ok(false) };
        let at = row.send_at.filter(|at| row.status == AnnouncementStatus::Scheduled && *at <= self.now);
        let Some(at) = at else { return Ok(false) };
        if !rendering.is_of(&draft_of(conn, &row)?)? {
            // It was changed and scheduled again meanwhile: the next round renders it anew.
            return Ok(false);
        }
        if rules::due(at, self.now, self.service.settings.grace) == rules::Due::Hold {
            self.put_on_hold(conn, id, Cause::Overdue)?;
        } else if let Some(why) = grants::plan_void(conn, &row)? {
            self.put_on_hold(conn, id, why)?;
        } else if let Err(error) = self.begin(conn, id, None, rendering) {
            match error.refusal() {
                // It was valid when it was planned, and is not any more.
                Some(code) => self.put_on_hold(conn, id, Cause::of_refusal(code))?,
                None => return Err(error),
            }
        }
        Ok(true)
    }

    /// Holds or pauses an announcement that ends processes; returns whether it was scheduled or being sent.
    fn stop(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let Asked::Mine(row) = store::ask_for(conn, id)? else { return Ok(false) };
        match row.status {
            AnnouncementStatus::Scheduled => self.put_on_hold(conn, id, Cause::SetAside)?,
            AnnouncementStatus::Sending => {
                self.pause(conn, id, None, Why::Found(Cause::SetAside))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn fan_out_of(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        match store::ask_for(conn, id)? {
            Asked::Mine(row) => self.fan_out(conn, &row),
            Asked::Taken | Asked::None => Ok(false),
        }
    }

    /// Pauses an announcement with many failures: something is wrong with it, or with the relay. One that was resumed
    /// after that goes on.
    fn halt(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let Asked::Mine(row) = store::ask_for(conn, id)? else { return Ok(false) };
        if row.status != AnnouncementStatus::Sending || row.is_overruled() {
            return Ok(false);
        }
        self.pause(conn, id, None, Why::Found(Cause::ManyFailures))?;
        Ok(true)
    }

    /// Ends an announcement whose last mail has ended; a batch of digests has no announcement. Lock order: the
    /// announcement before its batch.
    fn finish(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let row = match store::ask_for(conn, id)? {
            Asked::Mine(row) => Some(row),
            Asked::Taken => return Ok(false),
            Asked::None => None,
        };
        if !batches::close_finished(conn, id, self.now)? {
            return Ok(false);
        }
        if row.is_some_and(|row| row.status == AnnouncementStatus::Sending) {
            self.change(conn, id, None, super::Event::Finish, AnnouncementStatus::Sent, Why::Unsaid)?;
        }
        store::set_finished(conn, id, self.now)?;
        Ok(true)
    }
}
