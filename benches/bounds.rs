//! How the time of each parser of untrusted bytes grows with its input.
//!
//! ```text
//! cargo bench --bench bounds                  all, some minutes
//! cargo bench --bench bounds -- markdown      targets and shapes whose name has this in it
//! ```
//!
//! The shapes are those of the test target `bounds`, which limits memory and stack; here each is made once of 8 KiB and
//! once of 64 KiB, and the least time of several runs counts. Eight times the input may take twelve times the time: a
//! shape that grows faster is marked `short`, and would let a stranger keep a thread busy. A shape that takes longer
//! than a second at 8 KiB is not tried at 64.

#![expect(clippy::unwrap_used, reason = "the shapes are those of the tests")]

#[path = "../tests/bounds/targets/mod.rs"]
mod targets;

use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use portal::bench::Outcome;
use portal::bench::program;
use portal::bench::table::{Goal, head, row, say};
use targets::Target;

const SMALL: usize = 8_192;
const LARGE: usize = 65_536;
/// How much longer the large one may take.
const RATIO: f64 = 12.0;
/// Runs of one input, at least and at most, and the time after which there are no more than the least.
const LEAST: usize = 3;
const RUNS: usize = 200;
const TIME: Duration = Duration::from_millis(150);
/// A shape that is so slow when it is small is not tried when it is large.
const TOO_SLOW: Duration = Duration::from_secs(1);
/// Enough stack for shapes that a test finds to need too much of it.
const STACK: usize = 1 << 30;

/// What makes an input of a size.
type Make<'a> = &'a dyn Fn(usize) -> Vec<u8>;

/// Measures how times grow.
#[derive(Parser)]
struct Options {
    /// A part of the name of the targets and shapes to measure
    #[arg(default_value = "")]
    filter: String,
}

fn main() -> Outcome<()> {
    let Some(options) = program::options::<Options>("bounds") else { return Ok(()) };
    let began = Instant::now();
    let worker = thread::Builder::new().name("bounds".to_owned()).stack_size(STACK);
    worker.spawn(move || measure(&options.filter))?.join().map_err(|_panic| "a parser panicked")?;
    say(&format!("\n{:.0} s in all", began.elapsed().as_secs_f64()));
    Ok(())
}

fn measure(filter: &str) {
    for target in targets::all() {
        let named = |shape: &str| format!("{}::{shape}", target.name).contains(filter);
        let mixed = |size| target.pieces.concat().into_bytes().into_iter().cycle().take(size).collect::<Vec<u8>>();
        let written = target.shapes.iter().map(|shape| -> (&str, Make<'_>) { (shape.name, &*shape.make) });
        let mixed: Make<'_> = &mixed;
        let shapes: Vec<(&str, Make<'_>)> = written.chain([("mixed", mixed)]).collect();
        if !shapes.iter().any(|(shape, _)| named(shape)) {
            continue;
        }
        head(&format!("{}, at most {} bytes", target.name, target.most));
        for (shape, make) in shapes.into_iter().filter(|(shape, _)| named(shape)) {
            line(&target, shape, make);
        }
    }
}

fn line(target: &Target, shape: &str, make: Make<'_>) {
    (target.run)(&[]);
    let small = least(target, &make(SMALL));
    let milliseconds = |time: Duration| format!("{:.3} ms", 1_000.0 * time.as_secs_f64());
    if small > TOO_SLOW {
        row(shape, &milliseconds(small), "not tried at 64 KiB", f64::INFINITY, &Goal::AtMost(RATIO, " ×"));
        return;
    }
    let large = least(target, &make(LARGE));
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    let (value, compared) = (milliseconds(small), format!("{}, {ratio:.1} ×", milliseconds(large)));
    row(shape, &value, &compared, ratio, &Goal::AtMost(RATIO, " ×"));
}

/// The least time of several runs.
fn least(target: &Target, input: &[u8]) -> Duration {
    let (mut least, began) = (Duration::MAX, Instant::now());
    for run in 0..RUNS {
        if run >= LEAST && began.elapsed() > TIME {
            break;
        }
        let started = Instant::now();
        (target.run)(input);
        least = least.min(started.elapsed());
    }
    least
}
