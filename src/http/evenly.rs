//! Answers that take the same time whatever they found out.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::random::Random;

/// The grid on which such answers leave. Far longer than the difference between one mail and none.
const GRID: Duration = Duration::from_millis(50);
/// How much later than the grid they leave, by chance, in microseconds. A machine that has just written a mail wakes up
/// some tenths of a millisecond sooner; in this they are lost.
const JITTER: usize = 20_000;

/// Runs `work` and holds its answer back until the next line of a grid that begins with the request, and a little longer. What
/// it did is a few statements more or less, and nobody who measures sees them (ASVS 5.0, 6.3.8).
pub async fn evenly<T>(random: &Random, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let outcome = work.await;
    let past = started.elapsed().as_nanos() % GRID.as_nanos();
    let rest = GRID.saturating_sub(Duration::from_nanos(u64::try_from(past).unwrap_or_default()));
    let jitter = Duration::from_micros(u64::try_from(random.below(JITTER)).unwrap_or_default());
    tokio::time::sleep(rest + jitter).await;
    outcome
}
