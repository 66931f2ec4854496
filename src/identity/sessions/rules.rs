//! What a refresh token that comes again means.

use std::time::Duration;

use crate::time::Timestamp;

/// What is to be done about a refresh token that was used before.
#[derive(Debug, PartialEq, Eq)]
pub enum Reuse {
    /// The answer was lost on the way: give the same successor again.
    Lost,
    /// Somebody has it who should not: end the session.
    Stolen,
}

/// Judges a refresh token that was used at `used_at`. Within the grace, and as long as its successor was not used, its
/// answer was lost, or several windows of one browser asked at once. Later, one of two who hold it is a thief
/// (RFC 9700, 4.14.2).
pub fn judge(used_at: Timestamp, successor_unused: bool, grace: Duration, now: Timestamp) -> Reuse {
    if successor_unused && now <= used_at.plus(grace) { Reuse::Lost } else { Reuse::Stolen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_given_again_and_a_stolen_token_is_not() {
        let used = Timestamp::from_micros(1_770_000_000_000_000);
        let grace = Duration::from_secs(30);
        assert_eq!(judge(used, true, grace, used.plus(grace)), Reuse::Lost);
        assert_eq!(judge(used, false, grace, used), Reuse::Stolen);
        assert_eq!(judge(used, true, grace, used.plus(Duration::from_secs(31))), Reuse::Stolen);
    }
}
