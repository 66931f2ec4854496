//! The lines of the log on their way to standard error.
//!
//! They wait in bounded memory (`log_writer`), so that a slow reader slows no request; what does not fit is lost, and
//! counted (`portal_log_lines_dropped_total`). The seals of the audit chain stand nowhere else, so their lines are
//! written directly: the job that seals waits for the reader.

use std::fmt;
use std::io::{self, Stderr, Write};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::counter::ConstCounter;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

use super::log_writer::{self, LogGuard, LogWriter};
use crate::metrics::{Figures, Registry};

/// The target of the lines with seals.
pub(super) const SEALS: &str = "portal::audit";

/// The log of a process. Dropping it writes what is still in the queue.
pub(crate) struct Log {
    _writer: LogGuard,
    dropped: LogWriter,
}

/// Makes the writers of lines.
#[derive(Clone)]
pub(super) struct LogLines(LogWriter);

/// Where a line is written.
pub(super) enum LineWriter {
    Queue(LogWriter),
    Direct(Stderr),
}

/// The log, and what makes its writers; none where the system gives no thread.
pub(super) fn start() -> Option<(Log, LogLines)> {
    let (queue, guard) = log_writer::start(io::stderr())?;
    Some((Log { _writer: guard, dropped: queue.clone() }, LogLines(queue)))
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = LineWriter;

    fn make_writer(&'a self) -> LineWriter {
        LineWriter::Queue(self.0.clone())
    }

    fn make_writer_for(&'a self, line: &Metadata<'_>) -> LineWriter {
        self.writer_of(line.target())
    }
}

impl LogLines {
    fn writer_of(&self, target: &str) -> LineWriter {
        if target == SEALS { LineWriter::Direct(io::stderr()) } else { LineWriter::Queue(self.0.clone()) }
    }
}

impl Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Queue(queue) => queue.write(bytes),
            Self::Direct(stderr) => stderr.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Queue(queue) => queue.flush(),
            Self::Direct(stderr) => stderr.flush(),
        }
    }
}

impl Figures for Log {
    fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(Dropped(self.dropped.clone())));
    }
}

struct Dropped(LogWriter);

impl fmt::Debug for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dropped")
    }
}

impl Collector for Dropped {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let dropped = ConstCounter::new(self.0.dropped());
        let help = "Lines of the log that were lost because their reader was slow";
        dropped.encode(encoder.encode_descriptor("log_lines_dropped", help, None, dropped.metric_type())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o28_a_seal_waits_for_the_reader_and_no_other_line_does() {
        let (log, lines) = start().unwrap();
        assert!(matches!(lines.writer_of(SEALS), LineWriter::Direct(_)));
        assert!(matches!(lines.writer_of("portal::access"), LineWriter::Queue(_)));
        drop(log);
    }
}
