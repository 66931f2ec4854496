//! Random inputs: pieces of the target's language, each repeated up to some thousands of times, one after the other.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::measure;
use super::targets::Target;

/// How many inputs where `PROPTEST_CASES` does not say, and what proptest says then.
const CASES: u32 = 8;
const UNSAID: u32 = 256;
/// Most doublings of a piece, and most bytes of an input.
const DOUBLINGS: u32 = 13;
const INPUT: usize = 32_768;

/// Hands inputs by chance to the parser.
pub fn run(target: &Target) -> Result<(), String> {
    let cases = Some(Config::default().cases).filter(|&cases| cases != UNSAID).unwrap_or(CASES);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let piece = (0..target.pieces.len(), 0..=DOUBLINGS);
    let recipes = prop::collection::vec(piece, 1..12);
    let outcome = runner.run(&recipes, |recipe| {
        // Printed before, since nothing is printed after an overflow.
        eprintln!("{}: pieces and doublings {recipe:?}", target.name);
        measure::check(target, made(target.pieces, &recipe, INPUT.min(target.most))).map_err(TestCaseError::fail)
    });
    outcome.map_err(|fault| fault.to_string())
}

fn made(pieces: &[&str], recipe: &[(usize, u32)], most: usize) -> Vec<u8> {
    let mut input = Vec::new();
    for &(piece, doublings) in recipe {
        let piece = pieces.get(piece).copied().unwrap_or_default().as_bytes();
        for _ in 0..1_u32 << doublings {
            if input.len() + piece.len() > most {
                break;
            }
            input.extend_from_slice(piece);
        }
    }
    input
}
