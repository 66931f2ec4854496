//! Memory and stack of one call.

use std::thread;

use peak_alloc::PeakAlloc;

use super::targets::Target;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The stack that a parser has.
const STACK: usize = 1_048_576;
/// How many times its input a parser may hold, and how much beside.
const TIMES: usize = 8;
const BESIDE: usize = 16_777_216;

/// Hands the input to the parser; a sentence where it holds too much, or panics.
pub fn check(target: &Target, input: Vec<u8>) -> Result<(), String> {
    let (run, name, size) = (target.run, target.name, input.len());
    // Named, since the name is what is said of a thread whose stack overflows.
    let worker = thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(move || {
        // What is made once a process is not the input's.
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
