//! When a mail is tried again, and when it is given up.

use std::time::Duration;

use super::types::{Lane, Outcome};
use crate::time::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// Waits between the tries of what somebody waits for, in seconds; the last repeats.
const TRANSACTIONAL: [u64; 7] = [5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR];
/// Waits between the tries of an announcement (RFC 5321, 4.5.4.1: at least 30 minutes, after the first quick ones).
const BULK: [u64; 6] = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR];

/// The wait after the `attempts`th try, shifted by up to a fifth either way so that many mails don't come back at once.
///
/// `jitter` lies between 0 and 400: thousandths on top of 80 %.
#[must_use]
pub fn wait_after(lane: Lane, attempts: u32, jitter: u64) -> Duration {
    let waits: &[u64] = match lane {
        Lane::Transactional => &TRANSACTIONAL,
        Lane::Bulk => &BULK,
    };
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = waits.get(step).or(waits.last()).copied().unwrap_or(HOUR);
    Duration::from_millis(seconds * (800 + jitter.min(400)))
}

/// What a temporary refusal means for a mail: another try, or the end where that would be past its time.
#[must_use]
pub fn after_refusal(now: Timestamp, wait: Duration, expires_at: Timestamp) -> Outcome {
    let at = now.plus(wait);
    if at > expires_at { Outcome::Failed } else { Outcome::Retry { at } }
}

/// The wait of the whole sender after the relay failed `failures` times in a row: 1, 2, 4 … 60 seconds.
#[must_use]
pub fn relay_pause(failures: u32) -> Duration {
    Duration::from_secs((1_u64 << failures.saturating_sub(1).min(6)).min(MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_a_fifth() {
        assert_eq!(wait_after(Lane::Transactional, 1, 200), Duration::from_secs(5));
        assert_eq!(wait_after(Lane::Bulk, 1, 0), Duration::from_mins(4));
        assert_eq!(wait_after(Lane::Bulk, 1, 400), Duration::from_mins(6));
        assert_eq!(wait_after(Lane::Bulk, 99, 200), Duration::from_secs(3 * HOUR));
    }

    #[test]
    fn a_mail_is_given_up_when_its_next_try_would_be_too_late() {
        let now = Timestamp::from_micros(0);
        let end = now.plus(Duration::from_mins(1));
        assert!(matches!(after_refusal(now, Duration::from_secs(59), end), Outcome::Retry { .. }));
        assert_eq!(after_refusal(now, Duration::from_secs(61), end), Outcome::Failed);
    }

    #[test]
    fn a_relay_that_is_down_is_asked_ever_less_often() {
        let pauses: Vec<u64> = (1..=8).map(|n| relay_pause(n).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
