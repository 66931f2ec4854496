//! Periodic tasks of the sender: it takes over mails of ended processes, and reads which batches may be sent and at
//! what rate. Both are background jobs ([`Task`]).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Sender;
use crate::background::{Done, Job, Schedule};
use crate::db::Conn;
use crate::error::Error;
use crate::mail::job;
use crate::mail::journal::Journal;
use crate::mail::{batches, claims, sending_rate};

/// The periodic tasks.
#[derive(Clone, Copy)]
pub(super) enum Task {
    /// Takes over mails of ended processes; `all` leased ones, if no other process can be alive.
    TakeUp { all: bool },
    /// Reads which batches may be sent, and at what pace.
    Look,
    /// The same where any batch was running at the last look, or was claimed from since.
    LookIfBusy,
}

/// A task, as the job of a sender.
struct Upkeep {
    sender: Sender,
    task: Task,
}

impl Job for Upkeep {
    fn name(&self) -> &'static str {
        match self.task {
            Task::TakeUp { .. } => "mail_leases",
            Task::Look | Task::LookIfBusy => "mail_batches_look",
        }
    }

    async fn step(&mut self) -> Result<Done, Error> {
        match self.task {
            Task::TakeUp { all } => self.sender.take_up(all).await.map(Done::Things),
            Task::Look => self.sender.look().await.map(|()| Done::Things(0)),
            Task::LookIfBusy => self.sender.look_if_busy().await.map(|()| Done::Things(0)),
        }
    }
}

impl Sender {
    /// Runs a task now. A failure is logged; the task runs again the next time.
    pub(super) async fn keep_up(&self, task: Task) {
        let mut upkeep = Upkeep { sender: self.clone(), task };
        let _ = self.0.runner.run(&mut upkeep).await;
    }

    /// Runs a task at this interval, first after one interval, until `stop`.
    pub(super) fn keep_up_every(&self, every: Duration, task: Task, stop: &CancellationToken) -> JoinHandle<()> {
        let (runner, schedule) = (self.0.runner.clone(), Schedule::every(every).after_a_wait());
        let (mut jobs, stop) = ([Upkeep { sender: self.clone(), task }], stop.clone());
        tokio::spawn(async move { runner.serve(&mut jobs, &schedule, &stop).await })
    }

    pub(super) fn begin_journal(&self) {
        let Some(folder) = &self.0.options.journal else { return };
        match Journal::begin(folder, self.0.id) {
            Ok(journal) => drop(self.0.journal.set(Arc::new(journal))),
            Err(error) => {
                tracing::error!(%error, folder = %folder.display(), "no journal of mails: a kill may send some of them twice");
            }
        }
    }

    async fn take_up(&self, all: bool) -> Result<usize, Error> {
        if let Some(folder) = &self.0.options.journal {
            self.result_writer().take_over(folder).await;
        }
        let now = self.0.clock.now();
        self.result_writer().set_aside(now, all).await;
        let count = self.0.db.write(move |conn| claims::reclaim(conn, now, all)).await?;
        if count > 0 {
            tracing::info!(count, "took up mails that another process had left");
        }
        Ok(count)
    }

    /// Looks, if mails of a batch may be under way: the batch of a claimed mail counts as running until a look says
    /// something else. An idle process asks nothing.
    async fn look_if_busy(&self) -> Result<(), Error> {
        let is_idle = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        if is_idle { Ok(()) } else { self.look().await }
    }

    /// Reads which batches may be sent, and at what pace. If the database does not answer, the last state stays.
    pub(super) async fn look(&self) -> Result<(), Error> {
        let (id, now) = (self.0.id, self.0.clock.now());
        let look = move |conn: &mut Conn| {
            // Mails that were claimed before a maintenance began go back like those of a batch that was paused.
            let running = if claims::may_leave(conn)? { batches::running(conn)? } else { Vec::new() };
            Ok((running, sending_rate::load(conn, id, now)?))
        };
        let (running, pace) = self.0.db.read(look).await?;
        *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) =
            running.into_iter().map(|(id, _)| id).collect();
        let is_heartbeat_due = pace.is_heartbeat_due;
        self.0.pace.set(pace);
        if is_heartbeat_due {
            // If it fails it is repeated at the next look; meanwhile the other processes send a little too fast.
            self.0.db.write(move |conn| sending_rate::record_heartbeat(conn, id, now)).await?;
        }
        Ok(())
    }

    /// Whether the batch of a mail in progress was paused or cancelled since it was claimed.
    pub(in crate::mail) fn is_held(&self, job: &job::Job) -> bool {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        job.claim.batch.is_some_and(|batch| !running.contains(&batch))
    }
}
