//! Constant response times, whatever the result.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::random::Random;

/// The grid of response times. It is far longer than the difference between one mail and none.
const GRID: Duration = Duration::from_millis(50);
/// A random delay beyond the grid, in microseconds. A machine that has just written a mail wakes up some tenths of a
/// millisecond sooner, which this hides.
const JITTER: usize = 20_000;

/// Runs `work` and delays its answer until the next line of a grid that begins with the request, and a little longer.
/// So the duration does not disclose which statements ran (ASVS 5.0, 6.3.8).
pub async fn pad_response_time<T>(random: &Random, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let outcome = work.await;
    let past = started.elapsed().as_nanos() % GRID.as_nanos();
    let rest = GRID.saturating_sub(Duration::from_nanos(u64::try_from(past).unwrap_or_default()));
    let jitter = Duration::from_micros(u64::try_from(random.below(JITTER)).unwrap_or_default());
    tokio::time::sleep(rest + jitter).await;
    outcome
}
