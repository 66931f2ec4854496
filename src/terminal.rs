//! The terminal of commands: a line for a person, the log, the runtime.
//!
//! `log_writer` writes the lines of the log, many at once.
//!
//! This module is below [`crate::cli`] and [`crate::demo`], since both are commands and the one starts the other.

mod log_writer;

use std::io::{IsTerminal as _, Write as _};

use crate::background;
use crate::config::{LogFormat, Settings};
use log_writer::LogGuard;

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

/// Starts the log. Lines go to standard error over bounded memory: a slow terminal slows no request.
pub(crate) fn start_log(settings: &Settings) -> Option<LogGuard> {
    let (writer, guard) = log_writer::start(std::io::stderr())?;
    let filter = tracing_subscriber::EnvFilter::new(&settings.log.filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(true);
    let started = match settings.log.format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.ok().map(|()| guard)
}
