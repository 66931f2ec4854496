//! The time of the next digest.

use super::Rhythm;
use crate::time::Timestamp;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// 1970 began on a Thursday, three days after a Monday.
const MONDAY: i64 = 3;

/// The first instant after `now` at which a digest of this rhythm is due: at the hour, in UTC, of any day or of a Monday. None
/// where there are no digests.
pub(super) fn next_due(rhythm: Rhythm, now: Timestamp, hour: u8) -> Option<Timestamp> {
    let begin = i64::from(hour) * HOUR;
    let day = (now.as_micros() - begin).div_euclid(DAY) + 1;
    let days_to_monday = (-(day + MONDAY)).rem_euclid(7);
    let day = match rhythm {
        Rhythm::AtOnce => return None,
        Rhythm::Daily => day,
        Rhythm::Weekly => day + days_to_monday,
    };
    Some(Timestamp::from_micros(day * DAY + begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_due_at_its_hour_and_weekly_on_mondays() {
        for (rhythm, now, due) in [
            (Rhythm::Daily, "2026-11-28T06:59:59Z", "2026-11-28T07:00:00Z"),
            (Rhythm::Daily, "2026-11-28T07:00:00Z", "2026-11-29T07:00:00Z"),
            (Rhythm::Daily, "2026-11-28T23:00:00Z", "2026-11-29T07:00:00Z"),
            // The 30th is a Monday.
            (Rhythm::Weekly, "2026-11-28T12:00:00Z", "2026-11-30T07:00:00Z"),
            (Rhythm::Weekly, "2026-11-30T06:00:00Z", "2026-11-30T07:00:00Z"),
            (Rhythm::Weekly, "2026-11-30T07:00:00Z", "2026-12-07T07:00:00Z"),
            (Rhythm::Weekly, "2026-12-06T23:59:59Z", "2026-12-07T07:00:00Z"),
        ] {
            let found = next_due(rhythm, now.parse().unwrap(), 7).unwrap();
            assert_eq!(found.to_string(), due, "{rhythm} after {now}");
        }
        assert_eq!(next_due(Rhythm::AtOnce, Timestamp::from_micros(0), 7), None);
    }
}
