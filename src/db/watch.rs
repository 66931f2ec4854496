//! Watches PostgreSQL, and notices within three seconds that it is gone or back.
//!
//! A statement on a connection whose other end has vanished waits until the network times out, and libpq offers no way
//! to hurry it. So one connection does nothing but ask for the server's time, as soon as no thread has had an answer
//! for a moment. After two and a half seconds without an answer the database counts as unavailable, and callers get an
//! error at once, even while the threads are still blocked. The threads recover by themselves: the connections are
//! opened with short timeouts (`connection`).
//!
//! The same answers correct the clock of the process (`server_time`).
//!
//! SQLite needs no watch.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch::{self, Receiver, Sender};

use super::connection::{Access, Conn, Target, open};
use super::sparingly::PAUSE;
use crate::error::{Error, OrInternal as _};
use crate::time::{Clock, Measure};

/// After so much silence the database is asked: a little longer than the jobs of each second are apart.
const ASK: Duration = Duration::from_millis(1_200);
/// How often it is asked while it does not answer.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// How often its time is measured at least.
const MEASURE: Duration = Duration::from_secs(10);
/// How long it may be silent.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// How often the silence is checked.
const LOOK: Duration = Duration::from_millis(100);

/// Whether the database is available.
#[derive(Clone)]
pub(super) struct Watch(Arc<Inner>);

struct Inner {
    away: Receiver<bool>,
    outages: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    started: Instant,
    /// When the database answered last, in milliseconds after the start.
    heard: Arc<AtomicU64>,
    /// The clock that goes by the server's.
    clock: Arc<OnceLock<Clock>>,
}

impl Watch {
    /// Starts to watch.
    pub(super) fn start(target: &Target) -> Result<Self, Error> {
        let started = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let (heard, outages) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (tell, away) = watch::channel(false);
        let (clock, cause) = (Arc::new(OnceLock::new()), Cause::default());
        let asking = Asking {
            target: target.clone(),
            connection: None,
            started,
            heard: Arc::clone(&heard),
            clock: Arc::clone(&clock),
            cause: cause.clone(),
            stop: Arc::clone(&stop),
        };
        // Neither thread is joined: the one that asks may be blocked.
        std::thread::Builder::new().name("db-watch".to_owned()).spawn(move || asking.serve()).or_internal()?;
        let listening = Listening {
            started,
            heard: Arc::clone(&heard),
            cause,
            outages: Arc::clone(&outages),
            stop: Arc::clone(&stop),
            tell,
            told: None,
        };
        std::thread::Builder::new().name("db-silence".to_owned()).spawn(move || listening.serve()).or_internal()?;
        Ok(Self(Arc::new(Inner { away, outages, stop, started, heard, clock })))
    }

    /// The number of outages. A connection from before the last one is dead, even if it has not noticed.
    pub(super) fn outages(&self) -> u64 {
        self.0.outages.load(Ordering::SeqCst)
    }

    /// Whether the database does not answer now.
    pub(super) fn is_away(&self) -> bool {
        *self.0.away.borrow()
    }

    /// Notes that the database has answered one of the threads.
    pub(super) fn note_answer(&self) {
        self.0.heard.fetch_max(millis(self.0.started.elapsed()), Ordering::Relaxed);
    }

    /// Corrects this clock by the server's from now on; only the first one that is given.
    pub(super) fn keep_time(&self, clock: &Clock) {
        // A second portal in the process has a handle of its own.
        let _ = self.0.clock.set(clock.clone());
    }

    /// Completes when the database becomes unavailable.
    pub(super) async fn until_away(&self) {
        let mut away = self.0.away.clone();
        if away.wait_for(|away| *away).await.is_err() {
            // The watch ended with the process.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Why the last question failed.
#[derive(Clone, Default)]
struct Cause(Arc<Mutex<Option<String>>>);

impl Cause {
    /// Notes how a question failed, or that it did not.
    fn note(&self, failure: Option<&Error>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure.map(Error::to_string);
    }

    /// In words: where nothing was noted, the question itself waits for its answer.
    fn words(&self) -> String {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        noted.unwrap_or_else(|| "no answer within the time limit".to_owned())
    }
}

/// The thread that notices the silence, and tells the log: when it begins, each half minute, and when it ends.
struct Listening {
    started: Instant,
    heard: Arc<AtomicU64>,
    cause: Cause,
    outages: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    tell: Sender<bool>,
    /// When the outage began, and when the log was told last; none while the database answers.
    told: Option<(Instant, Instant)>,
}

impl Listening {
    fn serve(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            let silence = millis(self.started.elapsed()).saturating_sub(self.heard.load(Ordering::Relaxed));
            let away = silence > millis(PATIENCE);
            if away && self.told.is_none() {
                self.outages.fetch_add(1, Ordering::SeqCst);
            }
            self.tell.send_if_modified(|known| std::mem::replace(known, away) != away);
            self.log(away);
            std::thread::sleep(LOOK);
        }
    }

    fn log(&mut self, away: bool) {
        let now = Instant::now();
        match self.told {
            None if away => {
                tracing::error!(cause = self.cause.words(), "the database does not answer");
                self.told = Some((now, now));
            }
            Some((began, last)) if away && last.elapsed() >= PAUSE => {
                let seconds = began.elapsed().as_secs();
                tracing::warn!(seconds, cause = self.cause.words(), "the database still does not answer");
                self.told = Some((began, now));
            }
            Some((began, _)) if !away => {
                tracing::info!(seconds = began.elapsed().as_secs(), "the database answers again");
                self.told = None;
            }
            _ => {}
        }
    }
}

/// The thread that asks.
struct Asking {
    target: Target,
    connection: Option<Conn>,
    started: Instant,
    heard: Arc<AtomicU64>,
    clock: Arc<OnceLock<Clock>>,
    cause: Cause,
    stop: Arc<AtomicBool>,
}

impl Asking {
    fn serve(mut self) {
        let mut measured: Option<Instant> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let silence = millis(self.started.elapsed()).saturating_sub(self.heard.load(Ordering::Relaxed));
            let is_measured = measured.is_some_and(|at| at.elapsed() < MEASURE);
            if is_measured && silence < millis(ASK) {
                std::thread::sleep(LOOK);
                continue;
            }
            if self.ask() {
                measured = Some(Instant::now());
                self.heard.fetch_max(millis(self.started.elapsed()), Ordering::Relaxed);
            } else {
                std::thread::sleep(ASK_AGAIN);
            }
        }
    }

    /// Asks once, and corrects the clock; a connection that fails is reopened the next time.
    fn ask(&mut self) -> bool {
        let measure = match self.measure() {
            Ok(Some(measure)) => measure,
            outcome => {
                self.cause.note(outcome.err().as_ref());
                self.connection = None;
                return false;
            }
        };
        self.cause.note(None);
        if let Some(clock) = self.clock.get() {
            clock.correct(measure);
        }
        true
    }

    fn measure(&mut self) -> Result<Option<Measure>, Error> {
        if self.connection.is_none() {
            self.connection = Some(open(&self.target, Access::Read)?);
        }
        self.connection.as_mut().map_or(Ok(None), Conn::measure_time)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
