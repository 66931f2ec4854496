//! What happens many times a second is said once in a while: a database that is away would fill the log.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The pause between two lines about the same.
pub(super) const PAUSE: Duration = Duration::from_secs(30);

/// Permits a line each half minute. Cloning shares when the last one was.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparingly(Arc<Mutex<Option<Instant>>>);

impl Sparingly {
    /// Whether a line is due; then it counts as said.
    pub(super) fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|at| at.elapsed() < PAUSE) {
            return false;
        }
        *last = Some(Instant::now());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_many_is_said() {
        let lines = Sparingly::default();
        let said = (0..1_000).filter(|_| lines.clone().is_due()).count();
        assert_eq!(said, 1);
        *lines.0.lock().unwrap() = Instant::now().checked_sub(PAUSE);
        assert!(lines.is_due() && !lines.is_due());
    }
}
