//! The terminal of commands: a line for a person, the log, the runtime.
//!
//! This module is below [`crate::cli`] and [`crate::demo`], since both are commands and the one starts the other.

use std::io::{IsTerminal as _, Write as _};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::reload::Handle;

use crate::background;
use crate::config::{LogFormat, Settings};

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // A closed pipe (`portal openapi | head`) is no failure.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs to its end on the runtime that actix wants.
pub(crate) fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// The same for a portal that serves: the tasks that it spawns (workers, which sign and send) have threads of their
/// own.
#[expect(clippy::expect_used, reason = "no portal goes on without threads")]
pub(crate) fn on_serving_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = || background::runtime().expect("the system gives us threads");
    actix_web::rt::System::with_tokio_rt(runtime).block_on(work)
}

/// Whether a person at a terminal reads the log.
pub(crate) fn is_attended() -> bool {
    std::io::stderr().is_terminal()
}

/// The log, until it is dropped: then its last lines are written.
pub(crate) struct Log {
    refilter: Box<dyn Fn(EnvFilter) -> Result<(), String>>,
    _writer: WorkerGuard,
}

impl Log {
    /// Shows by another filter from now on.
    ///
    /// # Errors
    /// If the log is gone.
    pub(crate) fn refilter(&self, filter: &str) -> Result<(), String> {
        (self.refilter)(EnvFilter::new(filter))
    }
}

/// Starts the log. Lines go to standard error over a bounded queue: a slow terminal slows no request.
pub(crate) fn start_log(settings: &Settings) -> Option<Log> {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let filter = EnvFilter::new(&settings.log.filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(true);
    let (refilter, started) = match settings.log.format {
        LogFormat::Text => {
            let log = log.with_ansi(is_attended()).with_filter_reloading();
            (refilter(log.reload_handle()), log.try_init())
        }
        LogFormat::Json => {
            let log = log.json().flatten_event(true).with_current_span(false).with_filter_reloading();
            (refilter(log.reload_handle()), log.try_init())
        }
    };
    started.ok().map(|()| Log { refilter, _writer: guard })
}

fn refilter<S: 'static>(handle: Handle<EnvFilter, S>) -> Box<dyn Fn(EnvFilter) -> Result<(), String>> {
    Box::new(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
}
