//! The other yardstick: argon2id with the portal's parameters and nothing else.

use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::Outcome;

/// Hashes per second, on so many threads.
pub fn bare_argon2(threads: usize, time: Duration) -> Outcome<f64> {
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let hash = || {
        let mut memory = vec![Block::default(); params.block_count()];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let (started, mut count, mut output) = (Instant::now(), 0_u32, [0; 32]);
        while started.elapsed() < time {
            argon2.hash_password_into_with_memory(b"a password", &[0; 16], &mut output, &mut memory)?;
            count += 1;
        }
        Ok::<f64, argon2::Error>(f64::from(count) / started.elapsed().as_secs_f64())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(hash)).collect();
        running.into_iter().try_fold(0.0, |sum, thread| {
            let rate = thread.join().map_err(|_panic| "a hashing thread panicked")?;
            Ok(sum + rate.map_err(|error| error.to_string())?)
        })
    })
}
