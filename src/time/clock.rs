//! The clock of the portal: the machine's, the database's, or one that a test moves.
//!
//! Processes that share a PostgreSQL go by its clock: leases, due times, tokens and ids of one are read by another, and
//! a machine whose clock is minutes ahead would take the mails that the other has in hand. So such a process measures
//! what the server's clock shows ([`Clock::correct`]), and counts on from there by the machine's monotonic clock, which
//! no operator and no time service sets. A step of the machine's own clock therefore changes nothing, and a step of
//! the server's is followed by all processes at the next measure.
//!
//! A measure has two bounds, since the server read its clock somewhere between question and answer. A clock that agrees
//! with both is left as it is; any other is moved to the nearer bound. So a slow answer of a busy server moves nothing,
//! and the clock runs smoothly unless something is wrong.
//!
//! On SQLite one process has the database, and the clock is the machine's.
//!
//! Left out: the time between the resumption of a machine that slept and the next measure. Its clock is behind then.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use super::Timestamp;

/// What stands for an instant that is not there: the clock is not moved by hand, or the server's was not measured yet.
const NONE: i64 = i64::MIN;

/// The source of the time. Cloning is cheap, and clones stay one clock.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    /// The instant that a manual clock shows.
    shown: AtomicI64,
    /// The server's time at `begun`.
    common: AtomicI64,
    begun: Instant,
    /// Microseconds by which the machine's clock is wrong, in stories.
    wrong_by: i64,
}

/// What the database's clock showed between two moments of this process.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Before it was asked.
    pub asked: Instant,
    /// Its answer.
    pub shown: Timestamp,
    /// After it had answered.
    pub answered: Instant,
}

impl Clock {
    fn of(shown: i64, wrong_by: i64) -> Self {
        let (shown, common) = (AtomicI64::new(shown), AtomicI64::new(NONE));
        Self(Arc::new(Inner { shown, common, begun: Instant::now(), wrong_by }))
    }

    /// The machine's clock, until it is corrected by that of a database server.
    #[must_use]
    pub fn system() -> Self {
        Self::of(NONE, 0)
    }

    /// The clock of a machine that is ahead by these microseconds, or behind if they are negative; for stories.
    #[must_use]
    pub fn wrong_by(micros: i64) -> Self {
        Self::of(NONE, micros)
    }

    /// A clock that shows `start` until [`Clock::advance`] moves it, or [`Clock::run_on`] lets it go.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self::of(start.0, 0)
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.fixed().or_else(|| self.common()).unwrap_or_else(|| self.machine())
    }

    /// The instant of a manual clock; none for the system clock: several machines that share a database use its clock.
    #[must_use]
    pub fn fixed(&self) -> Option<Timestamp> {
        known(&self.0.shown)
    }

    /// Corrects the clock by what that of the database showed.
    pub fn correct(&self, measure: Measure) {
        let at = |moment: Instant| micros(moment.saturating_duration_since(self.0.begun));
        let (least, most) = (measure.shown.0 - at(measure.answered), measure.shown.0 - at(measure.asked));
        let common = match known(&self.0.common) {
            None => least.midpoint(most),
            Some(Timestamp(common)) => common.clamp(least.min(most), most),
        };
        self.0.common.store(common, Ordering::SeqCst);
    }

    /// The microseconds by which the database's clock is ahead of the machine's; negative if it is behind, zero if
    /// there is no such clock.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.common().map_or(0, |common| common.0.saturating_sub(self.machine().0))
    }

    /// The database's time, if it was measured.
    fn common(&self) -> Option<Timestamp> {
        known(&self.0.common).map(|common| common.plus(self.0.begun.elapsed()))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's time")]
    fn machine(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond().saturating_add(self.0.wrong_by))
    }

    /// Moves a manual clock forward; no effect on one that shows the machine's time.
    pub fn advance(&self, by: Duration) {
        let moved = |shown: i64| (shown != NONE).then(|| shown.saturating_add(micros(by)));
        // Nothing to do about a clock that was let go.
        let _ = self.0.shown.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }

    /// Lets a manual clock show the time from now on, for good.
    pub fn run_on(&self) {
        self.0.shown.store(NONE, Ordering::SeqCst);
    }
}

fn known(micros: &AtomicI64) -> Option<Timestamp> {
    let micros = micros.load(Ordering::SeqCst);
    (micros != NONE).then_some(Timestamp(micros))
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn measure(clock: &Clock, asked: u64, shown: Timestamp, answered: u64) -> Measure {
        let at = |millis| clock.0.begun + Duration::from_millis(millis);
        Measure { asked: at(asked), shown, answered: at(answered) }
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_moved_or_let_go() {
        let start: Timestamp = "2024-04-17T07:00:00Z".parse().unwrap();
        let clock = Clock::manual(start);
        clock.advance(HOUR);
        assert_eq!((clock.now(), clock.fixed()), (start.plus(HOUR), Some(clock.now())));
        clock.correct(measure(&clock, 1, start.plus(9 * HOUR), 2));
        assert_eq!(clock.now(), start.plus(HOUR), "a story has the time that it set");
        let of_portal = clock.clone();
        clock.run_on();
        clock.advance(HOUR);
        assert_eq!(of_portal.fixed(), None);
        let machine = Clock::manual(start);
        machine.run_on();
        assert!(machine.now() > "2026-01-01T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn clocks_that_are_wrong_agree_once_each_was_measured() {
        let server = Clock::system().now();
        let minutes = 60_000_000;
        for wrong_by in [6 * minutes, -6 * minutes, 0] {
            let clock = Clock::wrong_by(wrong_by);
            assert_eq!(clock.offset(), 0);
            clock.correct(measure(&clock, 0, server, 2));
            // The server answered after one of two milliseconds; a minute is much for what comes after.
            let (now, from) = (clock.now(), server.minus(Duration::from_millis(1)));
            assert!(now >= from && now.since(from) < Duration::from_mins(1), "{now} {server}");
            assert!((clock.offset() + wrong_by).abs() < minutes, "{}", clock.offset());
        }
    }

    #[test]
    fn a_measure_moves_a_clock_no_further_than_it_must() {
        let clock = Clock::system();
        let at = |millis: u64| Timestamp::from_micros(1_000_000_000_000).plus(Duration::from_millis(millis));
        let begun = |clock: &Clock| clock.0.common.load(Ordering::SeqCst);
        clock.correct(measure(&clock, 0, at(50), 100));
        assert_eq!(begun(&clock), at(0).0, "in the middle of what is possible");
        clock.correct(measure(&clock, 1_000, at(1_900), 2_000));
        assert_eq!(begun(&clock), at(0).0, "a slow answer agrees with it");
        clock.correct(measure(&clock, 3_000, at(3_020), 3_010));
        assert_eq!(begun(&clock), at(10).0, "it was ten milliseconds behind at least");
        clock.correct(measure(&clock, 4_000, at(604_000), 4_001));
        assert_eq!(begun(&clock), at(599_999).0, "the server was set ten minutes ahead");
    }
}
