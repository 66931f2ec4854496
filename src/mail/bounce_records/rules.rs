//! Points of addresses: how bounces add up.

use std::time::Duration;

use super::types::Score;
use crate::mail::BounceKind;
use crate::time::Timestamp;

/// How long points count after the last bounce, and how long an address with too many of them is suppressed.
pub(super) const DECAY: Duration = Duration::from_hours(24 * 30);
/// The period in which only one temporary bounce counts.
const SOFT_ONCE: Duration = Duration::from_hours(24);

/// The score after a bounce; none if this bounce does not count.
pub(super) fn counted(before: Score, kind: BounceKind, now: Timestamp) -> Option<Score> {
    let points = if now < before.counted_at.plus(DECAY) { before.points } else { 0 };
    let more = match kind {
        BounceKind::Hard => 2,
        BounceKind::Soft if points > 0 && now < before.counted_at.plus(SOFT_ONCE) => return None,
        BounceKind::Soft => 1,
        BounceKind::Complaint => return None,
    };
    Some(Score { points: points.saturating_add(more), counted_at: now })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_ones_count_once_a_day_hard_ones_always_and_all_are_forgotten() {
        let start = Timestamp::from_micros(0);
        let mut score = Score { points: 0, counted_at: start };
        for (hours, kind, points) in [
            (0, BounceKind::Soft, Some(1)),
            (23, BounceKind::Soft, None),
            (24, BounceKind::Soft, Some(2)),
            (25, BounceKind::Hard, Some(4)),
            (26, BounceKind::Hard, Some(6)),
            (27, BounceKind::Soft, None),
            (27, BounceKind::Complaint, None),
            (26 + 24 * 30, BounceKind::Soft, Some(1)),
        ] {
            let next = counted(score, kind, start.plus(Duration::from_hours(hours)));
            assert_eq!(next.map(|next| next.points), points, "{kind} after {hours} h");
            score = next.unwrap_or(score);
        }
    }
}
