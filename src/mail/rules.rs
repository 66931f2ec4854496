//! The retry schedule: when a mail is tried again, and when it is given up.

use std::time::Duration;

use super::types::{Outcome, Priority};
use crate::time::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// How often transactional mail tries a relay that is down.
pub(super) const LINK_PAUSE: Duration = Duration::from_secs(2);
/// The last attempt of a mail is so long before it expires.
const LAST_TRY: Duration = Duration::from_secs(10);

/// Attempts of links in quick succession while the relay refuses the portal: some five minutes.
const QUICK_ASKS: u32 = 200;

/// Waits between the attempts of transactional mail, in seconds; the last repeats.
const TRANSACTIONAL: [u64; 7] = [5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR];
/// Waits between the attempts of an announcement (RFC 5321, 4.5.4.1: at least 30 minutes, after the first quick ones).
const BULK: [u64; 6] = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR];

/// The wait after the `attempts`th attempt, shifted by up to a fifth either way so that many mails don't come back at
/// once.
///
/// `jitter` is between 0 and 400: thousandths added to 80 %.
#[must_use]
pub fn wait_after(lane: Priority, attempts: u32, jitter: u64) -> Duration {
    let waits: &[u64] = match lane {
        Priority::Transactional => &TRANSACTIONAL,
        Priority::Bulk => &BULK,
    };
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = waits.get(step).or(waits.last()).copied().unwrap_or(HOUR);
    Duration::from_millis(seconds * (800 + jitter.min(400)))
}

/// The result of a temporary refusal: another attempt, the last one just before the mail expires; only then it is given
/// up.
#[must_use]
pub fn after_refusal(now: Timestamp, wait: Duration, expires_at: Timestamp) -> Outcome {
    let last = expires_at.minus(LAST_TRY);
    if now >= last { Outcome::Failed } else { Outcome::Retry { at: now.plus(wait).min(last) } }
}

/// The wait of the whole sender after the relay failed `failures` times in a row: 1, 2, 4 … 60 seconds.
#[must_use]
pub fn relay_pause(failures: u32) -> Duration {
    Duration::from_secs((1_u64 << failures.saturating_sub(1).min(6)).min(MINUTE))
}

/// The wait of a lane after the relay refused the portal `failures` times in a row. Links are urgent: they try at each
/// look into the outbox, every second, and after some minutes every 30 seconds; announcements wait 15 seconds to five
/// minutes.
#[must_use]
pub fn refused_pause(lane: Priority, failures: u32) -> Duration {
    match lane {
        Priority::Transactional if failures <= QUICK_ASKS => Duration::from_millis(500),
        Priority::Transactional => Duration::from_secs(30),
        Priority::Bulk => Duration::from_secs((15_u64 << failures.saturating_sub(1).min(6)).min(5 * MINUTE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_a_fifth() {
        assert_eq!(wait_after(Priority::Transactional, 1, 200), Duration::from_secs(5));
        assert_eq!(wait_after(Priority::Bulk, 1, 0), Duration::from_mins(4));
        assert_eq!(wait_after(Priority::Bulk, 1, 400), Duration::from_mins(6));
        assert_eq!(wait_after(Priority::Bulk, 99, 200), Duration::from_secs(3 * HOUR));
    }

    #[test]
    fn b03_a_mail_is_given_up_at_its_end_and_tried_once_more_before() {
        let now = Timestamp::from_micros(0);
        let end = now.plus(Duration::from_mins(1));
        let again = |now, seconds| after_refusal(now, Duration::from_secs(seconds), end);
        assert_eq!(again(now, 30), Outcome::Retry { at: now.plus(Duration::from_secs(30)) });
        let last = now.plus(Duration::from_secs(50));
        assert_eq!(again(now, 3_600), Outcome::Retry { at: last }, "its next turn would be too late");
        assert_eq!(again(last, 1), Outcome::Failed);
        assert_eq!(again(end, 1), Outcome::Failed);
    }

    #[test]
    fn b03_a_relay_that_refuses_us_is_asked_by_and_by() {
        let pauses = |lane| [1, 2, 3, 9].map(|failures| refused_pause(lane, failures).as_secs());
        assert_eq!(refused_pause(Priority::Transactional, QUICK_ASKS), Duration::from_millis(500));
        assert_eq!(refused_pause(Priority::Transactional, QUICK_ASKS + 1), Duration::from_secs(30));
        assert_eq!(pauses(Priority::Bulk), [15, 30, 60, 300]);
    }

    #[test]
    fn a_relay_that_is_down_is_asked_ever_less_often() {
        let pauses: Vec<u64> = (1..=8).map(|n| relay_pause(n).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
