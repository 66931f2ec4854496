//! The writer of the log: lines wait in bounded memory and leave together, many in one write.
//!
//! A system call for each line, and a wake-up of a thread, cost more than the line. So the first line wakes the writer,
//! which waits a moment for others. A slow terminal slows no request: where there is no room, lines are dropped, and
//! the next write says how many.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Most bytes that wait.
const MOST: usize = 8 << 20;
/// How long the first line waits for others.
const GATHER: Duration = Duration::from_millis(10);

/// Takes lines. Cloning shares it.
#[derive(Clone)]
pub(super) struct LogWriter(Arc<Shared>);

/// Writes what waits, and ends the thread, when it is dropped.
pub(super) struct LogGuard {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Since the last write, and since the start.
    dropped: u64,
    dropped_in_all: u64,
    is_ended: bool,
}

impl Waiting {
    /// Takes a line, if there is room; returns whether it is the first.
    fn take(&mut self, line: &[u8]) -> bool {
        if self.bytes.len() + line.len() > MOST {
            self.dropped += 1;
            self.dropped_in_all += 1;
            return false;
        }
        let is_first = self.bytes.is_empty();
        self.bytes.extend_from_slice(line);
        is_first
    }

    /// What is to be written now.
    fn give(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        match std::mem::take(&mut self.dropped) {
            0 => {}
            dropped => bytes.extend_from_slice(format!("{dropped} lines of the log were dropped\n").as_bytes()),
        }
        bytes
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, once there is something; none at the end.
    fn next(&self) -> Option<Vec<u8>> {
        let is_idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.is_ended;
        let waiting = self.filled.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let gathered = self.filled.wait_timeout_while(waiting, GATHER, |waiting| !waiting.is_ended);
        let bytes = gathered.unwrap_or_else(PoisonError::into_inner).0.give();
        (!bytes.is_empty()).then_some(bytes)
    }
}

/// Starts a writer to this output; none where the system gives no thread.
pub(super) fn start(mut output: impl Write + Send + 'static) -> Option<(LogWriter, LogGuard)> {
    let shared = Arc::new(Shared::default());
    let source = Arc::clone(&shared);
    let work = move || {
        while let Some(bytes) = source.next() {
            // Nothing is left to which a failure of the log could be told.
            let _ = output.write_all(&bytes).and_then(|()| output.flush());
        }
    };
    let thread = std::thread::Builder::new().name("log".to_owned()).spawn(work).ok()?;
    Some((LogWriter(Arc::clone(&shared)), LogGuard { shared, thread: Some(thread) }))
}

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.0.lock();
        if waiting.is_ended {
            drop(waiting);
            io::stderr().write_all(line)?;
        } else if waiting.take(line) {
            drop(waiting);
            self.0.filled.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LogWriter {
    /// How many lines were dropped since the start.
    pub(super) fn dropped_in_all(&self) -> u64 {
        self.0.lock().dropped_in_all
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.shared.lock().is_ended = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn all_lines_are_written_in_their_order_before_the_end() {
        let output = Output::default();
        let (mut writer, guard) = start(output.clone()).unwrap();
        for at in 0..100 {
            writer.write_all(format!("line {at}\n").as_bytes()).unwrap();
        }
        drop(guard);
        let written = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
        let expected = (0..100).map(|at| format!("line {at}\n")).collect::<Vec<_>>().concat();
        assert_eq!(written, expected);
    }

    #[test]
    fn what_finds_no_room_is_counted_in_the_log() {
        let mut waiting = Waiting::default();
        assert!(waiting.take(&vec![b'x'; MOST]));
        assert!(!waiting.take(b"more\n") && !waiting.take(b"more\n"));
        assert!(waiting.give().ends_with(b"x2 lines of the log were dropped\n"));
        assert!(waiting.give().is_empty() && waiting.take(b"again\n"));
    }
}
