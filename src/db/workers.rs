//! A connection is a thread: a few database threads, each owning its connection and its cache of prepared statements,
//! fed by one bounded queue.
//!
//! The queue gives each unit of work a deadline: what waits longer than [`Limits::wait`], or finds the queue full, is
//! answered 503 and never touches the database. A unit whose client has gone is dropped unrun. A connection that breaks
//! is opened anew before the next unit; while that fails, units are answered 503 by whichever thread finds nobody better
//! to run them, and `watch` tells all who wait, so a lost database costs nobody more than seconds. A panic inside a unit of work costs that unit its answer and the thread its connection, no more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError};
use tokio::sync::oneshot;

use super::connection::{Access, Conn, Target, open};
use super::watch::Watch;
use crate::error::{Error, OrInternal as _};

/// How long a thread waits before it tries again to reach a database that refused it.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// How many units may wait, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Units of work that may stand in the queue.
    pub queue: usize,
    /// The longest a unit may stand there.
    pub wait: Duration,
}

/// A unit of work as the threads see it. It answers its own caller.
trait Unit: Send {
    /// Whether somebody still waits for the answer.
    fn is_wanted(&self) -> bool;
    /// Runs the unit, or answers why it can't be run. Returns whether the connection is still good.
    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool;
}

struct Job {
    unit: Box<dyn Unit>,
    queued: Instant,
}

struct Work<F, T> {
    work: F,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<F, T> Unit for Work<F, T>
where
    F: FnOnce(&mut Conn) -> Result<T, Error> + Send,
    T: Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool {
        let Self { work, reply } = *self;
        let (answer, healthy) = match connection {
            Err(error) => (Err(error), true),
            Ok(connection) => match catch_unwind(AssertUnwindSafe(|| work(connection))) {
                Ok(answer) => {
                    let healthy = !connection.is_broken() && !matches!(&answer, Err(e) if e.is_connection_loss());
                    (answer, healthy)
                }
                Err(_panic) => (Err(Error::internal("a unit of work panicked")), false),
            },
        };
        // The caller may have gone in the meantime; then nobody needs the answer.
        let _ = reply.send(answer);
        healthy
    }
}

/// A unit of work that nobody waits for.
struct Detached<F>(F);

impl<F> Unit for Detached<F>
where
    F: FnOnce(&mut Conn) -> Result<(), Error> + Send,
{
    fn is_wanted(&self) -> bool {
        true
    }

    fn run(self: Box<Self>, connection: Result<&mut Conn, Error>) -> bool {
        let (reply, mut answer) = oneshot::channel();
        let healthy = Box::new(Work { work: self.0, reply }).run(connection);
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
}

impl Workers {
    /// Starts `count` threads; each opens its connection before this returns.
    pub(super) fn start(
        name: &str,
        target: &Target,
        access: Access,
        count: usize,
        limits: Limits,
        watch: Option<Watch>,
    ) -> Result<Self, Error> {
        let (queue, jobs) = crossbeam_channel::bounded(limits.queue);
        let mut threads = Vec::with_capacity(count);
        for number in 0..count {
            let connection = open(target, access)?;
            let worker = Worker {
                target: target.clone(),
                access,
                jobs: jobs.clone(),
                wait: limits.wait,
                connection: Some(connection),
                watch: watch.clone(),
                outages: 0,
            };
            let thread = std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || worker.serve())
                .or_internal()?;
            threads.push(thread);
        }
        Ok(Self { queue: Some(queue), threads, watch })
    }

    /// Runs `work` on the next free thread.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job { unit: Box::new(Work { work, reply }), queued: Instant::now() };
        let queue = self.queue.as_ref().ok_or_else(Error::busy)?;
        match queue.try_send(job) {
            Ok(()) => tokio::select! {
                biased;
                answer = answer => answer.unwrap_or_else(|_dropped| Err(Error::busy())),
                () = until_away(self.watch.as_ref()) => Err(Error::database_unreachable("it does not answer")),
            },
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Error::busy()),
        }
    }
}

impl Workers {
    /// Runs `work` on the next free thread, or not at all where too much waits.
    pub(super) fn run_detached<F>(&self, work: F)
    where
        F: FnOnce(&mut Conn) -> Result<(), Error> + Send + 'static,
    {
        let job = Job { unit: Box::new(Detached(work)), queued: Instant::now() };
        if let Some(queue) = &self.queue {
            // Nobody waits for it.
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

struct Worker {
    target: Target,
    access: Access,
    jobs: Receiver<Job>,
    wait: Duration,
    connection: Option<Conn>,
    watch: Option<Watch>,
    /// How often the database had gone away when the connection was opened.
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
                    // Another thread may be connected; what waits is that one's before it is refused here.
                    std::thread::sleep(RECONNECT_PAUSE);
                    match self.jobs.try_recv() {
                        Ok(job) => job,
                        Err(TryRecvError::Empty) => continue,
                        Err(TryRecvError::Disconnected) => return,
                    }
                }
            };
            if !job.unit.is_wanted() || job.queued.elapsed() > self.wait {
                // Dropping the unit drops its reply, which the caller reads as "busy".
                continue;
            }
            // The database may have gone away while nothing was to be done.
            let healthy = match self.connect() {
                Ok(()) => self.connection.as_mut().is_some_and(|connection| job.unit.run(Ok(connection))),
                Err(error) => job.unit.run(Err(error)),
            };
            if !healthy {
                self.connection = None;
            }
        }
    }

    /// Opens the connection where there is none, or one from before the database went away.
    fn connect(&mut self) -> Result<(), Error> {
        let outages = self.watch.as_ref().map_or(0, Watch::outages);
        if self.connection.is_some() && outages == self.outages {
            return Ok(());
        }
        self.connection = None;
        match open(&self.target, self.access) {
            Ok(connection) => {
                tracing::info!("connected to the database again");
                self.outages = outages;
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "the database can't be reached");
                Err(error)
            }
        }
    }
}
