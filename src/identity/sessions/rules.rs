//! Decides what a reused refresh token means.

use std::time::Duration;

use crate::time::Timestamp;

/// What to do about a refresh token that was used before.
#[derive(Debug, PartialEq, Eq)]
pub enum Reuse {
    /// The answer was lost: repeat the same successor.
    Lost,
    /// The answer was lost, and the session has ended since: nothing is to be done.
    Over,
    /// It was stolen: end the sessions of its login, and remove trust from them.
    Stolen,
}

/// Judges a refresh token that was used at `used_at`, of a session that is still open or has ended. Within the grace
/// period, and while its successor is unused, the answer was lost or several windows of a browser refreshed at once.
/// Later, the token has been copied (RFC 9700, 4.14.2), and the end of the session does not change that: the thief may
/// have ended it.
pub fn judge(used_at: Timestamp, successor_unused: bool, is_open: bool, grace: Duration, now: Timestamp) -> Reuse {
    let is_lost = successor_unused && now <= used_at.plus(grace);
    match (is_lost, is_open) {
        (true, true) => Reuse::Lost,
        (true, false) => Reuse::Over,
        (false, _) => Reuse::Stolen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    #[test]
    fn a_lost_answer_is_given_again_and_a_stolen_token_is_not() {
        let used = Timestamp::from_micros(1_770_000_000_000_000);
        assert_eq!(judge(used, true, true, GRACE, used.plus(GRACE)), Reuse::Lost);
        assert_eq!(judge(used, false, true, GRACE, used), Reuse::Stolen);
        assert_eq!(judge(used, true, true, GRACE, used.plus(Duration::from_secs(31))), Reuse::Stolen);
    }

    #[test]
    fn the_end_of_its_session_does_not_hide_a_theft() {
        let used = Timestamp::from_micros(1_770_000_000_000_000);
        assert_eq!(judge(used, true, false, GRACE, used.plus(GRACE)), Reuse::Over);
        assert_eq!(judge(used, false, false, GRACE, used), Reuse::Stolen);
        assert_eq!(judge(used, true, false, GRACE, used.plus(Duration::from_secs(31))), Reuse::Stolen);
    }
}
