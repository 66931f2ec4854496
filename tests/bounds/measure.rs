//! Memory and stack of one call.

use std::thread;

use peak_alloc::PeakAlloc;

use super::targets::Target;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The stack that a parser has.
const STACK: usize = 1_048_576;
/// The permitted memory of a parser: so many times its input, and a constant.
const TIMES: usize = 8;
const BESIDE: usize = 16_777_216;

/// Runs the parser with the input; returns a message if it takes too much memory, or panics.
pub fn check(target: &Target, input: Vec<u8>) -> Result<(), String> {
    let (run, name, size) = (target.run, target.name, input.len());
    // The name is printed for a thread whose stack overflows.
    let worker = thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(move || {
        // Memory that is allocated once per process does not count.
        run(&[]);
        ALLOCATED.reset_peak_usage();
        let before = ALLOCATED.current_usage();
        run(&input);
        ALLOCATED.peak_usage().saturating_sub(before)
    });
    let held = worker.map_err(|error| error.to_string())?.join().map_err(|_panic| "it panics".to_owned())?;
    let most = TIMES * size + BESIDE;
    if held > most { Err(format!("holds {held} bytes of {size}, at most {most}")) } else { Ok(()) }
}
