//! The access log: a line for each request, written after the answer.
//!
//! To format a line and to hand it to the log takes as long as a small answer. So a request only puts what the line says
//! into a bounded queue; a thread of its own wakes when there is something, waits a moment for more, and writes all of
//! it. Where requests are faster than the log for long, lines are dropped and counted (`portal_log_lines_dropped_total`).
//! Where a line for each costs too much, `log.access_every` asks for every so many; failures and slow answers have a
//! line each at any setting.
//!
//! The time of a line is that of its writing, some milliseconds later. What waits when the process is killed is lost; at
//! an orderly end everything is written ([`AccessLog::close`]).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Metrics;
use crate::error::{Error, OrInternal as _};

/// Most lines that wait; about 200 bytes each.
const MOST: usize = 65_536;
/// How long the first line waits for others.
const GATHER: Duration = Duration::from_millis(20);
/// The time after which an answer is slow.
const SLOW: Duration = Duration::from_secs(1);
/// The status from which an answer is a failure.
const FAILURE: u16 = 400;

/// What the log says of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessLine {
    /// The method; none where the request is gone.
    pub method: Option<String>,
    /// The pattern of the route, never path or query.
    pub route: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// How long it took.
    pub time: Duration,
    /// The id of the request.
    pub request_id: String,
    /// The id that a trusted proxy gave it.
    pub proxy_request_id: Option<String>,
}

impl AccessLine {
    fn is_remarkable(&self) -> bool {
        self.status >= FAILURE || self.time >= SLOW
    }

    fn write(&self) {
        tracing::info!(
            target: "portal::access",
            method = self.method.as_deref(),
            route = self.route.as_deref().unwrap_or("-"),
            status = self.status,
            micros = u64::try_from(self.time.as_micros()).unwrap_or(u64::MAX),
            request_id = self.request_id.as_str(),
            proxy_request_id = self.proxy_request_id.as_deref(),
            "request",
        );
    }
}

/// The access log. Cloning shares it.
#[derive(Clone)]
pub struct AccessLog(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Writes a line.
type Write = fn(&AccessLine);

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    every: u64,
    usual: AtomicU64,
    metrics: Metrics,
    write: Write,
}

#[derive(Default)]
struct Queue {
    lines: Vec<AccessLine>,
    is_ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request has a line.
    fn is_wanted(&self, line: &AccessLine) -> bool {
        line.is_remarkable() || self.every <= 1 || self.usual.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.every)
    }

    /// The lines that wait, once there are some; none at the end.
    fn next(&self) -> Option<Vec<AccessLine>> {
        let is_idle = |queue: &mut Queue| queue.lines.is_empty() && !queue.is_ended;
        let queue = self.filled.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let gathered = self.filled.wait_timeout_while(queue, GATHER, |queue| !queue.is_ended);
        let (mut queue, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        let room = Vec::with_capacity(queue.lines.len().min(1_024));
        let lines = std::mem::replace(&mut queue.lines, room);
        (!lines.is_empty()).then_some(lines)
    }
}

impl AccessLog {
    /// Starts the thread. Of requests that are neither failures nor slow, one in `every` has a line.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(every: u32, metrics: Metrics) -> Result<Self, Error> {
        Self::start_with(every, metrics, AccessLine::write)
    }

    fn start_with(every: u32, metrics: Metrics, write: Write) -> Result<Self, Error> {
        let (queue, filled, usual) = (Mutex::default(), Condvar::new(), AtomicU64::new(0));
        let shared = Arc::new(Shared { queue, filled, every: u64::from(every), usual, metrics, write });
        let writer = Arc::clone(&shared);
        let work = move || {
            while let Some(lines) = writer.next() {
                lines.iter().for_each(writer.write);
            }
        };
        let thread = std::thread::Builder::new().name("access-log".to_owned()).spawn(work).or_internal()?;
        Ok(Self(Arc::new(Handle { shared, thread: Mutex::new(Some(thread)) })))
    }

    /// Notes a request. It never waits for the log.
    pub fn note(&self, line: AccessLine) {
        let shared = &self.0.shared;
        if !shared.is_wanted(&line) {
            return;
        }
        let mut queue = shared.lock();
        if queue.is_ended {
            drop(queue);
            (shared.write)(&line);
        } else if queue.lines.len() >= MOST {
            drop(queue);
            shared.metrics.log_line_dropped();
        } else {
            queue.lines.push(line);
            let is_first = queue.lines.len() == 1;
            drop(queue);
            if is_first {
                shared.filled.notify_one();
            }
        }
    }

    /// Writes all that waits, and ends the thread.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Handle {
    fn close(&self) {
        self.shared.lock().is_ended = true;
        self.shared.filled.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A thread that panicked has nothing more to write.
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static WRITTEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn line(id: &str, status: u16, time: Duration) -> AccessLine {
        AccessLine { request_id: id.to_owned(), status, time, ..AccessLine::default() }
    }

    #[test]
    fn failures_and_slow_answers_have_a_line_and_of_others_every_so_many() {
        let log = AccessLog::start_with(3, Metrics::default(), |line| {
            WRITTEN.lock().unwrap().push(line.request_id.clone());
        })
        .unwrap();
        for at in 0..6 {
            log.note(line(&format!("usual {at}"), 200, Duration::ZERO));
        }
        log.note(line("failed", 404, Duration::ZERO));
        log.note(line("slow", 200, SLOW));
        log.close();
        assert_eq!(*WRITTEN.lock().unwrap(), ["usual 0", "usual 3", "failed", "slow"]);
        log.note(line("late", 500, Duration::ZERO));
        assert_eq!(WRITTEN.lock().unwrap().last().unwrap(), "late");
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        // The thread can't take a line as long as the test holds the queue.
        let log = AccessLog::start_with(1, Metrics::default(), |_| {}).unwrap();
        log.0.shared.lock().lines = vec![line("", 200, Duration::ZERO); MOST];
        log.note(line("too many", 200, Duration::ZERO));
        let text = log.0.shared.metrics.text(&[], &[]).unwrap();
        assert!(text.contains("portal_log_lines_dropped_total 1"), "{text}");
    }
}
