//! The feed from the outbox to the workers: claims the mails of a lane, and hands each over at its time, or returns it
//! with a reason.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

use super::upkeep::Task;
use super::{CLAIM, LOOK_EVERY, Mode, Sender, sleep_or_stop};
use crate::db::Id;
use crate::mail::claims;
use crate::mail::job::{self, Job};
use crate::mail::sending_rate::SendingPermit;
use crate::mail::store;
use crate::mail::suspect::SuspectPermit;
use crate::mail::types::{Lease, Priority, SendResult};
use crate::restore_hold;

impl Sender {
    /// Claims the mails of a lane and hands them to the workers, until nothing is left or the sender stops.
    pub(super) async fn feed(
        &self,
        lane: Priority,
        mode: Mode,
        stop: &CancellationToken,
        queue: async_channel::Sender<Job>,
        results: mpsc::Sender<SendResult>,
    ) {
        while !stop.is_cancelled() {
            let paused = self.0.breaker.pause(lane, self.0.clock.now());
            let jobs = if paused.is_some() { Vec::new() } else { self.claim(lane, mode).await };
            if jobs.is_empty() {
                if mode == Mode::Drain {
                    return;
                }
                self.wait(lane, paused, stop).await;
                continue;
            }
            for job in jobs {
                if let Err(result) = self.hand_over(job, mode, stop, &queue).await {
                    self.figures().ended(lane, &result.outcome);
                    // The result writer outlives the lanes: it ends when the last sender of results is gone.
                    let _ = results.send(*result).await;
                }
            }
        }
    }

    /// Hands a mail to the workers at its time, or returns it with a reason.
    async fn hand_over(
        &self,
        mut job: Job,
        mode: Mode,
        stop: &CancellationToken,
        queue: &async_channel::Sender<Job>,
    ) -> Result<(), Box<SendResult>> {
        while job.lane == Priority::Bulk {
            let now = self.0.clock.now();
            match self.0.pace.turn(&job.claim.domain, now) {
                SendingPermit::Now(place) => {
                    job.place = place;
                    break;
                }
                SendingPermit::In(time) if mode == Mode::Serve => {
                    // The pace may be increased meanwhile.
                    if self.is_held(&job) || sleep_or_stop(time.min(LOOK_EVERY), stop).await {
                        return Err(Box::new(job.put_back(now, "paused, cancelled or stopped")));
                    }
                }
                SendingPermit::In(time) => return Err(Box::new(job.put_back(now.plus(time), "the pace"))),
                SendingPermit::Later(at) => return Err(Box::new(job.put_back(at, "the pace of its domain"))),
            }
        }
        let back = Box::new(job.put_back(self.0.clock.now(), "the portal stopped"));
        tokio::select! {
            sent = queue.send(job) => sent.map_err(|_closed| back),
            () = stop.cancelled() => Err(back),
        }
    }

    async fn wait(&self, lane: Priority, paused: Option<Duration>, stop: &CancellationToken) {
        // A link that the relay refused is due again in a moment, and no signal announces that.
        let is_asking = lane == Priority::Transactional && self.0.breaker.is_refused(lane);
        let poll = if is_asking { self.0.options.poll.min(LOOK_EVERY) } else { self.0.options.poll };
        let time = paused.unwrap_or(poll);
        tokio::select! {
            () = self.0.signals.notified(lane), if paused.is_none() => {}
            () = tokio::time::sleep(time) => {}
            () = stop.cancelled() => {}
        }
    }

    /// Notes batches as running; returns whether none was known before.
    fn note_running(&self, batches: impl Iterator<Item = Id>) -> bool {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        let was_idle = running.is_empty();
        running.extend(batches);
        was_idle
    }

    /// A suspect, if there is one and none is in progress; otherwise as many other mails as one claim takes.
    async fn claim(&self, lane: Priority, mode: Mode) -> Vec<Job> {
        let [urgent, bulk] = &self.0.suspects;
        let permits = if lane == Priority::Bulk { bulk } else { urgent };
        let free = Arc::clone(permits).try_acquire_owned().ok();
        let (was_free, jobs) = (free.is_some(), self.claim_with(lane, free).await);
        if !jobs.is_empty() || was_free || mode == Mode::Serve {
            return jobs;
        }
        // The other suspects must be sent too: they wait for the one in progress.
        let free = Arc::clone(permits).acquire_owned().await.ok();
        self.claim_with(lane, free).await
    }

    async fn claim_with(&self, lane: Priority, free: Option<OwnedSemaphorePermit>) -> Vec<Job> {
        let now = self.0.clock.now();
        let lease = Lease { id: self.0.id, until: now.plus(self.0.options.lease), now };
        let (turn, may_suspect) = (self.0.turn.fetch_add(1, Ordering::Relaxed), free.is_some());
        let claimed = self
            .0
            .db
            .write(move |conn| {
                if restore_hold::is_held(conn)? || !claims::may_leave(conn)? {
                    return Ok((Vec::new(), Vec::new(), false));
                }
                let suspect = if may_suspect { claims::suspect(conn, lease, lane)? } else { Vec::new() };
                let is_suspect = !suspect.is_empty();
                let taken = match lane {
                    _ if is_suspect => suspect,
                    Priority::Transactional => claims::urgent(conn, lease, CLAIM)?,
                    Priority::Bulk => claims::from_batches(conn, lease, CLAIM, turn)?,
                };
                let contents = store::contents(conn, &taken)?;
                Ok((taken, contents, is_suspect))
            })
            .await;
        let (taken, contents, is_suspect) = match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "could not look into the outbox");
                return Vec::new();
            }
        };
        // The batch of a claimed mail is running: it is added before the next look.
        let batches = taken.iter().filter_map(|taken| taken.claim.batch);
        let was_idle = self.note_running(batches);
        if was_idle && lane == Priority::Bulk && !taken.is_empty() {
            // While nothing was running, nobody read at what pace mails may leave.
            self.keep_up(Task::Look).await;
        }
        let home = &self.0.transport.stationery.public_url;
        let mut jobs = job::of(lane, taken, contents, lease.until, home);
        if is_suspect && let Some((job, permit)) = jobs.first_mut().zip(free) {
            job.permit = Some(Arc::new(SuspectPermit::new(permit, self.0.signals.clone())));
        }
        jobs
    }
}
