//! The main function of a bench of `benches/`: its options, and its end.

use std::future::Future;

use clap::Parser;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::Outcome;
use super::table::say;

/// The arguments that follow `flag` where it is the first one: a bench calls itself with it to be another program.
pub fn called_as(flag: &str) -> Option<Vec<String>> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next()? == flag).then(|| arguments.collect())
}

/// The options of the bench `name`. None where `cargo test --all-targets` runs it instead of `cargo bench`, which passes
/// `--bench`: tests should not wait for minutes.
pub fn options<Options: Parser>(name: &str) -> Option<Options> {
    const BENCH: &str = "--bench";
    let mut arguments: Vec<String> = std::env::args().collect();
    if !arguments.iter().any(|argument| argument == BENCH) {
        say(&format!("a bench: run it by cargo bench --bench {name}"));
        return None;
    }
    arguments.retain(|argument| argument != BENCH);
    Some(Options::parse_from(arguments))
}

/// Runs a bench on this thread until it ends, or until SIGINT or SIGTERM: what the bench holds is dropped then, which ends
/// its processes and removes its folders.
///
/// # Errors
/// Those of the bench; a signal.
pub fn run(bench: impl Future<Output = Outcome<()>>) -> Outcome<()> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        tokio::select! {
            outcome = bench => outcome,
            outcome = interrupted() => outcome,
        }
    })
}

/// Ends with an error at SIGINT or SIGTERM.
async fn interrupted() -> Outcome<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Err("interrupted".into())
}
