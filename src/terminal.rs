//! The terminal of commands: a line for a person, the log, the runtime.
//!
//! `log_lines` are the lines of the log on their way, `log_writer` writes them, many at once.
//!
//! This module is below [`crate::cli`] and [`crate::demo`], since both are commands and the one starts the other.

mod log_lines;
mod log_writer;

use std::io::{IsTerminal as _, Write as _};

use crate::background;
use crate::config::Settings;
pub(crate) use log_lines::Log;

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

/// Starts the log; none if there is one already.
pub(crate) fn start_log(settings: &Settings) -> Option<Log> {
    log_lines::start(&settings.log.filter, settings.log.format)
}
