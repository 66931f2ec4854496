//! The wait of a loop between two rounds.

use std::time::Duration;

/// The longest wait after failures, if the interval is shorter.
const LONGEST: Duration = Duration::from_secs(5);
/// Consecutive failures after which the wait does not grow: from any interval, the longest wait is reached by then.
const MOST: u32 = 16;

/// The wait after so many consecutive failed rounds: the interval, doubled with each of them up to five seconds. A
/// longer interval stays as it is.
pub(super) fn wait_after(every: Duration, failures: u32) -> Duration {
    every.saturating_mul(1_u32 << failures.min(MOST)).min(LONGEST).max(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_waits_longer_up_to_a_bound() {
        let second = Duration::from_secs(1);
        let waits = [0, 1, 2, 3, 4, u32::MAX].map(|failures| wait_after(second, failures).as_secs());
        assert_eq!(waits, [1, 2, 4, 5, 5, 5]);
        let minute = Duration::from_mins(1);
        assert_eq!([0, 1, 9].map(|failures| wait_after(minute, failures)), [minute; 3], "never sooner, and not later");
    }
}
