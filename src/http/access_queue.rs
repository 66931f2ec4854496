//! The queue of the access log: the line of a request (`access_log`) is written after its answer.
//!
//! To format a line and to hand it to the log takes as long as a small answer. So a request only puts what the line
//! says into a bounded queue; a thread of its own wakes when there is something, waits a moment for more, and writes
//! all of it. Where requests are faster than the log for long, lines are dropped and counted
//! (`portal_access_lines_dropped_total`). Where a line for each costs too much, `log.access_every` asks for every so
//! many; failures and slow answers have a line each at any setting.
//!
//! The time of a line is that of its writing, some milliseconds later. What waits when the process is killed is lost;
//! at an orderly end everything is written ([`AccessLog::close`]).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;

use super::access_log::Answered;
use crate::error::{Error, OrInternal as _};
use crate::metrics::{Figures, Registry};

/// Most lines that wait; about 200 bytes each.
const MOST: usize = 65_536;
/// How long the first line waits for others.
const GATHER: Duration = Duration::from_millis(20);
/// The time after which an answer is slow.
const SLOW: Duration = Duration::from_secs(1);
/// The status from which an answer is a failure.
const FAILURE: u16 = 400;

/// The access log. Cloning shares it.
#[derive(Clone)]
pub struct AccessLog(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Writes a line.
type Write = fn(&Answered);

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    every: u64,
    usual: AtomicU64,
    dropped: Counter,
    write: Write,
}

#[derive(Default)]
struct Queue {
    lines: Vec<Answered>,
    is_ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request has a line.
    fn is_wanted(&self, line: &Answered) -> bool {
        let is_remarkable = line.status >= FAILURE || line.took >= SLOW;
        is_remarkable || self.every <= 1 || self.usual.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.every)
    }

    /// The lines that wait, once there are some; none at the end.
    fn next(&self) -> Option<Vec<Answered>> {
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
    pub fn start(every: u32) -> Result<Self, Error> {
        Self::start_with(every, Answered::write)
    }

    fn start_with(every: u32, write: Write) -> Result<Self, Error> {
        let (queue, filled, usual) = (Mutex::default(), Condvar::new(), AtomicU64::new(0));
        let dropped = Counter::default();
        let shared = Arc::new(Shared { queue, filled, every: u64::from(every), usual, dropped, write });
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
    pub(super) fn note(&self, line: Answered) {
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
            shared.dropped.inc();
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

impl Figures for AccessLog {
    fn register(&self, registry: &mut Registry) {
        let help = "Lines of the access log that were dropped, since they could not be written in time";
        registry.register("access_lines_dropped", help, self.0.shared.dropped.clone());
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

    use super::super::access_log::tests::{answered, id};

    static WRITTEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    #[test]
    fn failures_and_slow_answers_have_a_line_and_of_others_every_so_many() {
        let log = AccessLog::start_with(3, |line| WRITTEN.lock().unwrap().push(id(line))).unwrap();
        for at in 0..6 {
            log.note(answered(&format!("usual {at}"), 200, Duration::ZERO));
        }
        log.note(answered("failed", 404, Duration::ZERO));
        log.note(answered("slow", 200, SLOW));
        log.close();
        assert_eq!(*WRITTEN.lock().unwrap(), ["usual 0", "usual 3", "failed", "slow"]);
        log.note(answered("late", 500, Duration::ZERO));
        assert_eq!(WRITTEN.lock().unwrap().last().unwrap(), "late");
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        static SLOW_READER: Mutex<()> = Mutex::new(());
        // The writer waits with its first lines until this is released.
        let held = SLOW_READER.lock().unwrap();
        let log = AccessLog::start_with(1, |_| drop(SLOW_READER.lock())).unwrap();
        // Once the writer has these, it takes no others; before, there is no room.
        for _ in 0..=2 * MOST {
            log.note(answered("", 200, Duration::ZERO));
        }
        let dropped = log.0.shared.dropped.get();
        drop(held);
        assert!(dropped > 0);
    }
}
