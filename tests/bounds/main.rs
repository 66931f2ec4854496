//! What strangers' bytes may cost at most: every parser of them (`targets`) takes its worst shapes, and shapes that are
//! made by chance from the pieces of its language.
//!
//! Of each input is held that the parser returns without a panic, on a stack of 1 MiB, and that it holds at most eight times
//! the input and 16 MiB of memory at its peak. How its time grows is measured by `cargo bench --bench bounds`, from the same
//! shapes: a test asserts no times.
//!
//! A case is a process of its own, which this program starts from itself (`--case`), with one thread that works: so memory
//! is counted of this case alone, an overflow of the stack is the failure of this case alone, and a parser that comes to no end
//! is ended. Arguments are the usual ones of the test runner: a part of a name filters. `PROPTEST_CASES` says how many
//! shapes are made by chance; they are the same at each run.

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
/// How long a case may take before it is taken for endless.
const ENDLESS: Duration = Duration::from_mins(2);
/// Bytes of what a case says that are shown.
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
