//! The lines of the log on their way to standard error.
//!
//! They wait in bounded memory (`log_writer`), so that a slow reader slows no request; what does not fit is lost, and
//! counted (`portal_log_lines_dropped_total`). The seals of the audit chain stand nowhere else, so their lines are
//! written directly: the job that seals waits for the reader.

use std::fmt;
use std::io::{self, IsTerminal as _, Stderr, Write};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::counter::ConstCounter;
use tracing::Metadata;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::reload::Handle;

use super::log_writer::{self, LogGuard, LogWriter};
use crate::config::LogFormat;
use crate::metrics::{Figures, Registry};

/// The target of the lines with seals.
const SEALS: &str = "portal::audit";

/// Shows by another filter from now on.
type Refilter = Box<dyn Fn(EnvFilter) -> Result<(), String>>;

/// The log of a process. Dropping it writes what is still in the queue.
pub(crate) struct Log {
    refilter: Refilter,
    _writer: LogGuard,
    dropped: LogWriter,
}

impl Log {
    /// Shows by this filter from now on, and seals in any case.
    ///
    /// # Errors
    /// If the log is gone.
    pub(crate) fn refilter(&self, wanted: &str) -> Result<(), String> {
        (self.refilter)(filter(wanted))
    }
}

/// Makes the writers of lines.
#[derive(Clone)]
struct LogLines(LogWriter);

/// Where a line is written.
enum LineWriter {
    Queue(LogWriter),
    Direct(Stderr),
}

/// Starts the log by this filter; none if there is one already, or the system gives no thread.
pub(super) fn start(wanted: &str, format: LogFormat) -> Option<Log> {
    let (queue, guard) = log_writer::start(io::stderr())?;
    let (dropped, lines) = (queue.clone(), LogLines(queue));
    let log = tracing_subscriber::fmt().with_env_filter(filter(wanted)).with_writer(lines).with_target(true);
    let (refilter, started) = match format {
        LogFormat::Text => {
            let log = log.with_ansi(io::stderr().is_terminal()).with_filter_reloading();
            (refilter(log.reload_handle()), log.try_init())
        }
        LogFormat::Json => {
            let log = log.json().flatten_event(true).with_current_span(false).with_filter_reloading();
            (refilter(log.reload_handle()), log.try_init())
        }
    };
    started.ok().map(|()| Log { refilter, _writer: guard, dropped })
}

fn refilter<S: 'static>(handle: Handle<EnvFilter, S>) -> Refilter {
    Box::new(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
}

/// The filter of the log. Seals stand nowhere else: who wants only warnings gets them too, unless the filter names their
/// target.
fn filter(wanted: &str) -> EnvFilter {
    let filter = EnvFilter::new(wanted);
    match format!("{SEALS}=info").parse() {
        Ok(seals) if !wanted.contains(SEALS) => filter.add_directive(seals),
        _ => filter,
    }
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
        let dropped = ConstCounter::new(self.0.dropped_in_all());
        let help = "Lines of the log that were lost because their reader was slow";
        dropped.encode(encoder.encode_descriptor("log_lines_dropped", help, None, dropped.metric_type())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o28_a_seal_waits_for_the_reader_and_no_other_line_does() {
        let (queue, guard) = log_writer::start(io::sink()).unwrap();
        let lines = LogLines(queue);
        assert!(matches!(lines.writer_of(SEALS), LineWriter::Direct(_)));
        assert!(matches!(lines.writer_of("portal::access"), LineWriter::Queue(_)));
        drop(guard);
    }

    #[test]
    fn o28_seals_are_in_the_log_whatever_its_level() {
        for wanted in ["warn", "error,actix_http=off", "portal=warn"] {
            assert!(filter(wanted).to_string().contains("portal::audit=info"), "{wanted}");
        }
        assert!(!filter("info,portal::audit=off").to_string().contains("portal::audit=info"), "as it was asked for");
    }
}
