//! Database threads: each owns a connection and its cache of prepared statements, and all take work from one bounded
//! queue.
//!
//! The queue gives each unit of work a deadline: a unit that waits longer than [`Limits::wait`], or finds the queue
//! full, is answered 503 at that moment and never runs; a thread that takes it later skips it. A unit that a thread has
//! begun is awaited, however long it takes, so that a write is never reported as failed and committed after all. A unit
//! whose client has gone is dropped before it runs. A broken connection is reopened before the next unit, as is one that
//! the server has closed: a restart or a change of the server fails only the units under way. While that fails, a thread
//! without a connection answers 503 to units that no other thread takes, and `watch` fails the waiting ones, so a lost
//! database costs a caller only seconds. A panic in a unit of work costs that unit its answer and the thread its
//! connection, no more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::connection::{Access, Conn, Target, open};
use super::figures::{Figures, Refused};
use super::sparingly::Sparingly;
use super::watch::Watch;
use crate::error::{Error, OrInternal as _};
use crate::time::Clock;

/// The pause before a thread retries to connect.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// The bounds of the queue.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most units of work in the queue.
    pub queue: usize,
    /// The longest wait of a unit.
    pub wait: Duration,
}

/// A unit of work as the threads see it. It sends the answer itself.
trait Unit: Send {
    /// Begins the unit unless its caller has gone; returns whether to run it.
    fn begin(&self) -> bool;
    /// Runs the unit, or answers with an error. Returns whether the connection is still usable.
    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool;
}

struct Job {
    unit: Box<dyn Unit>,
    /// The latest start.
    deadline: Instant,
}

struct Work<F, T> {
    closure: F,
    reply: oneshot::Sender<Result<T, Error>>,
    /// Set by the first of the two: the thread that begins the unit, or the caller whose deadline has passed.
    decided: Arc<AtomicBool>,
}

impl<F, T> Unit for Work<F, T>
where
    F: FnOnce(&mut Conn) -> Result<T, Error> + Send,
    T: Send,
{
    fn begin(&self) -> bool {
        !self.reply.is_closed() && !self.decided.swap(true, Ordering::AcqRel)
    }

    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool {
        let Self { closure, reply, .. } = *self;
        let (answer, healthy) = match connection {
            Err(error) => (Err(error), true),
            Ok(connection) => match catch_unwind(AssertUnwindSafe(|| closure(connection))) {
                Ok(answer) => {
                    let healthy = !connection.is_broken() && !matches!(&answer, Err(e) if e.is_connection_loss());
                    (answer, healthy)
                }
                Err(_panic) => (Err(Error::internal("a unit of work panicked")), false),
            },
        };
        // The caller may have gone in the meantime.
        let _ = reply.send(answer);
        healthy
    }
}

/// A unit of work without a caller.
struct Detached<F>(F);

impl<F> Unit for Detached<F>
where
    F: FnOnce(&mut Conn) -> Result<(), Error> + Send,
{
    fn begin(&self) -> bool {
        true
    }

    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool {
        let (reply, mut answer) = oneshot::channel();
        let healthy = Box::new(Work { closure: self.0, reply, decided: Arc::default() }).run(connection);
        if let Ok(Err(error)) = answer.try_recv() {
            tracing::warn!(%error, "could not write down what nobody waits for");
        }
        healthy
    }
}

/// Threads that run units of work on connections of their own.
pub(super) struct Workers {
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
    watch: Option<Watch>,
    wait: Duration,
    figures: Figures,
}

impl Workers {
    /// Starts `count` threads; each opens its connection before this returns. What they refuse is counted in the
    /// figures.
    pub(super) fn start(
        name: &str,
        target: &Target,
        access: Access,
        count: usize,
        limits: Limits,
        (watch, figures): (Option<Watch>, &Figures),
    ) -> Result<Self, Error> {
        let (queue, jobs) = crossbeam_channel::bounded(limits.queue);
        let mut threads = Vec::with_capacity(count);
        let lines = Lines::default();
        for number in 0..count {
            let connection = open(target, access)?;
            let worker = Worker {
                target: target.clone(),
                access,
                jobs: jobs.clone(),
                connection: Some(connection),
                watch: watch.clone(),
                figures: figures.clone(),
                lines: lines.clone(),
                outages: 0,
            };
            let thread = std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || worker.serve())
                .or_internal()?;
            threads.push(thread);
        }
        Ok(Self { queue: Some(queue), threads, watch, wait: limits.wait, figures: figures.clone() })
    }

    /// Units of work in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }

    /// The number of connections.
    pub(super) fn size(&self) -> usize {
        self.threads.len()
    }

    fn refused(&self, why: Refused) -> Error {
        self.figures.refused(why);
        match why {
            Refused::Full | Refused::Late => Error::busy(),
            Refused::Away => Error::database_unreachable("it does not answer"),
        }
    }

    /// Corrects this clock by the server's from now on.
    pub(super) fn keep_time(&self, clock: &Clock) {
        if let Some(watch) = &self.watch {
            watch.keep_time(clock);
        }
    }

    /// The deadline of a unit of work that arrives now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.wait
    }

    /// Runs `work` on the next free thread.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.run_by(self.deadline(), work).await
    }

    /// Runs `work` on the next free thread, unless no thread has begun it by this instant.
    pub(super) async fn run_by<T, F>(&self, deadline: Instant, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let decided = Arc::new(AtomicBool::new(false));
        let unit = Box::new(Work { closure: work, reply, decided: Arc::clone(&decided) });
        let queue = self.queue.as_ref().ok_or_else(Error::busy)?;
        match queue.try_send(Job { unit, deadline }) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => return Err(self.refused(Refused::Full)),
        }
        let answer = self.answered(answer);
        tokio::pin!(answer);
        if let Ok(answer) = timeout_at(deadline.into(), &mut answer).await {
            return answer;
        }
        // A unit that has begun is awaited. With the flag set, one that has not will never begin.
        if decided.swap(true, Ordering::AcqRel) { answer.await } else { Err(self.refused(Refused::Late)) }
    }

    /// The answer of a unit, or an error if the database becomes unavailable before.
    async fn answered<T>(&self, answer: oneshot::Receiver<Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or_else(|_dropped| Err(self.refused(Refused::Late))),
            () = until_away(self.watch.as_ref()) => Err(self.refused(Refused::Away)),
        }
    }
}

impl Workers {
    /// Runs `work` on the next free thread, without a caller; drops it if the queue is full.
    pub(super) fn run_detached<F>(&self, work: F)
    where
        F: FnOnce(&mut Conn) -> Result<(), Error> + Send + 'static,
    {
        let job = Job { unit: Box::new(Detached(work)), deadline: self.deadline() };
        if let Some(queue) = &self.queue {
            // It has no caller to tell.
            let _ = queue.try_send(job);
        }
    }
}

impl Drop for Workers {
    /// Ends the queue and waits for the units under way, so that a SQLite file is closed cleanly.
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

async fn until_away(watch: Option<&Watch>) {
    match watch {
        Some(watch) => watch.until_away().await,
        None => std::future::pending().await,
    }
}

/// What the threads together say of their connections.
#[derive(Clone, Default)]
struct Lines {
    failed: Sparingly,
    back: Sparingly,
}

impl Lines {
    /// An outage of a server is told by the watch; a thread tells what else prevents its connection.
    fn failed(&self, error: &Error, is_watched: bool) {
        if !(is_watched && error.is_connection_loss()) && self.failed.is_due() {
            tracing::warn!(%error, "the database can't be reached; it is tried again until it can");
        } else {
            tracing::debug!(%error, "the database can't be reached");
        }
    }

    fn back(&self) {
        if self.back.is_due() {
            tracing::info!("connected to the database again");
        } else {
            tracing::debug!("connected to the database again");
        }
    }
}

struct Worker {
    target: Target,
    access: Access,
    jobs: Receiver<Job>,
    connection: Option<Conn>,
    watch: Option<Watch>,
    figures: Figures,
    lines: Lines,
    /// The number of outages when the connection was opened.
    outages: u64,
}

impl Worker {
    fn serve(mut self) {
        loop {
            let job = match self.connect() {
                Ok(()) => match self.jobs.recv() {
                    Ok(job) => job,
                    Err(_ended) => return,
                },
                Err(_told) => {
                    // Another thread may be connected, and gets the first chance to take the work.
                    std::thread::sleep(RECONNECT_PAUSE);
                    match self.jobs.try_recv() {
                        Ok(job) => job,
                        Err(TryRecvError::Empty) => continue,
                        Err(TryRecvError::Disconnected) => return,
                    }
                }
            };
            if Instant::now() > job.deadline || !job.unit.begin() {
                // Dropping the unit drops its reply, which its caller reads as "busy".
                continue;
            }
            // The database may have gone away while the thread was idle.
            let healthy = match self.connect() {
                Ok(()) => {
                    let healthy = self.connection.as_mut().is_some_and(|connection| job.unit.run(Ok(connection)));
                    if let Some(watch) = self.watch.as_ref().filter(|_| healthy) {
                        watch.note_answer();
                    }
                    healthy
                }
                Err(error) => {
                    self.figures.refused(Refused::Away);
                    job.unit.run(Err(error))
                }
            };
            if !healthy {
                self.connection = None;
            }
        }
    }

    /// Opens the connection if there is none, or only one that is closed or from before an outage.
    fn connect(&mut self) -> Result<(), Error> {
        let outages = self.watch.as_ref().map_or(0, Watch::outages);
        let is_open = self.connection.as_mut().is_some_and(|connection| !connection.is_closed());
        if is_open && outages == self.outages {
            return Ok(());
        }
        self.connection = None;
        match open(&self.target, self.access) {
            Ok(connection) => {
                self.lines.back();
                self.outages = outages;
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                self.lines.failed(&error, self.watch.is_some());
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
