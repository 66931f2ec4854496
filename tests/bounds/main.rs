//! Limits of the cost of untrusted bytes: every parser of them (`targets`) gets its worst shapes, and random shapes of
//! pieces of its language.
//!
//! For each input the test checks that the parser returns without a panic, on a stack of 1 MiB, and that its peak
//! memory is at most eight times the input and 16 MiB. `cargo bench --bench bounds` measures with the same shapes how
//! its time grows: a test asserts no times.
//!
//! A case is a process of its own, which this program starts from itself (`--case`), with one working thread: so memory
//! is counted for this case alone, an overflow of the stack fails this case alone, and a parser that does not end is
//! killed. Arguments are the usual ones of the test runner: a part of a name filters. `PROPTEST_CASES` sets the number
//! of random shapes; they are the same at each run.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a case that goes wrong ends there")]
#![expect(clippy::print_stderr, reason = "a case tells its parent what went wrong")]

mod generated;
mod measure;
mod targets;

use std::io::{Read as _, Seek as _, SeekFrom};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use targets::Target;

/// The argument before the name of a case.
const CASE: &str = "--case";
/// The shape that is none of the written ones.
const GENERATED: &str = "generated";
/// Time limit of a case, after which it counts as endless.
const ENDLESS: Duration = Duration::from_mins(2);
/// Bytes of a case's output that are shown.
const SHOWN: u64 = 2_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip_while(|argument| argument != CASE);
    if let (Some(_), Some(name)) = (arguments.next(), arguments.next()) {
        return run(&name);
    }
    let names = targets::all().into_iter().flat_map(|target| {
        let shapes: Vec<&str> = target.shapes.iter().map(|shape| shape.name).chain([GENERATED]).collect();
        shapes.into_iter().map(|shape| format!("{}::{shape}", target.name)).collect::<Vec<_>>()
    });
    let trials = names.map(|name| Trial::test(name.clone(), move || apart(&name))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs a case in a process of its own.
fn apart(name: &str) -> Result<(), Failed> {
    let mut said = tempfile::tempfile()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args([CASE, name]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.try_clone()?);
    let (mut child, started) = (command.spawn()?, Instant::now());
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if started.elapsed() > ENDLESS => {
                child.kill()?;
                child.wait()?;
                return Err(format!("{name} comes to no end").into());
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    if status.success() {
        return Ok(());
    }
    let length = said.seek(SeekFrom::End(0))?;
    said.seek(SeekFrom::Start(length.saturating_sub(SHOWN)))?;
    let mut words = Vec::new();
    said.read_to_end(&mut words)?;
    Err(format!("{name} ended with {status}: {}", String::from_utf8_lossy(&words)).into())
}

/// Runs a case in this process.
fn run(name: &str) -> ExitCode {
    let (target, shape) = name.split_once("::").expect("target::shape");
    let target = targets::all().into_iter().find(|known| known.name == target).expect("a known target");
    let outcome = if shape == GENERATED { generated::run(&target) } else { written(&target, shape) };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

/// A written shape, as large as it may be.
fn written(target: &Target, shape: &str) -> Result<(), String> {
    let shape = target.shapes.iter().find(|known| known.name == shape).expect("a known shape");
    let input = (shape.make)(target.most);
    eprintln!("{}::{}, {} bytes", target.name, shape.name, input.len());
    measure::check(target, input)
}
