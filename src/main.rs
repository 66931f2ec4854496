//! The `portal` command: reads the command line and calls the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    portal::cli::run()
}
