//! The rules of buckets, as pure functions of a count and an instant: whether an attempt is admitted, and the new count
//! or the wait.

use std::time::Duration;

use crate::time::Timestamp;

/// The count of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Consecutive failed attempts, or what a quota has used.
    pub failures: i32,
    /// When the next attempt is admitted; for a meter, the theoretical arrival time.
    pub blocked_until: Timestamp,
    /// When the count expires.
    pub expires_at: Timestamp,
}

impl Count {
    /// The count at this instant, zero if it has expired.
    pub(super) fn at(self, now: Timestamp) -> Self {
        if self.expires_at <= now { Self { failures: 0, ..self } } else { self }
    }
}

/// A bucket's rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// A delay that grows with each failure.
    Backoff(Backoff),
    /// A burst, and a rate.
    Meter(Meter),
    /// An amount in a window that begins with the first use.
    Quota(Quota),
}

/// Free failures, then a delay that doubles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    free: i32,
    first: Duration,
    slowest: Duration,
    forget: Duration,
    most: i32,
}

/// The generic cell rate algorithm (ITU-T I.371): `burst` at once, then one each `every`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    burst: u32,
    every: Duration,
}

/// An amount that is used up within a window; the first use after its end begins the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    most: u32,
    window: Duration,
}

impl Rule {
    /// After `free` failures one second, then two, four, … up to `slowest`, and from the failure `most` on `forget`; all
    /// are forgotten after `forget` without a failure.
    pub(super) fn login(free: u32, slowest: Duration, forget: Duration, most: i32) -> Self {
        let free = i32::try_from(free).unwrap_or(i32::MAX);
        Self::Backoff(Backoff { free, first: Duration::from_secs(1), slowest, forget, most })
    }

    /// After `free` failures, a delay of `lock`.
    pub(super) fn lock(free: u32, lock: Duration) -> Self {
        let free = i32::try_from(free).unwrap_or(i32::MAX);
        Self::Backoff(Backoff { free, first: lock, slowest: lock, forget: lock, most: i32::MAX })
    }

    /// A burst of `burst`, then `count` in each `seconds`.
    pub(super) fn meter(burst: u32, count: u32, seconds: u64) -> Self {
        Self::Meter(Meter { burst: burst.max(1), every: Duration::from_secs(seconds) / count.max(1) })
    }

    /// `most` in each `window`.
    pub(super) const fn quota(most: u32, window: Duration) -> Self {
        Self::Quota(Quota { most, window })
    }

    /// The same with a budget `factor` times as large, for a wider network. A delay is unchanged.
    pub(super) fn times(self, factor: u32) -> Self {
        let factor = factor.max(1);
        match self {
            Self::Backoff(_) => self,
            Self::Meter(Meter { burst, every }) => {
                Self::Meter(Meter { burst: burst.saturating_mul(factor), every: every / factor })
            }
            Self::Quota(Quota { most, window }) => Self::Quota(Quota { most: most.saturating_mul(factor), window }),
        }
    }

    /// The count after one more attempt, or its wait. In a meter and a quota the attempt takes `amount`; a failure
    /// counts as one.
    pub(super) fn charge(&self, count: Count, amount: u32, now: Timestamp) -> Result<Count, Duration> {
        match self {
            Self::Backoff(backoff) => backoff.charge(count.at(now), now),
            Self::Meter(meter) => meter.charge(count, amount, now),
            Self::Quota(quota) => quota.charge(count.at(now), amount, now),
        }
    }

    /// The rest of a quota; zero for other rules.
    pub(super) fn left(&self, count: Count, now: Timestamp) -> u32 {
        match self {
            Self::Quota(quota) => quota.most.saturating_sub(u32::try_from(count.at(now).failures).unwrap_or_default()),
            Self::Backoff(_) | Self::Meter(_) => 0,
        }
    }

    /// The count with what was used already, even beyond the limit.
    pub(super) fn add(&self, count: Count, amount: u32, now: Timestamp) -> Count {
        match self {
            Self::Quota(quota) => quota.add(count.at(now), amount, now),
            Self::Backoff(_) | Self::Meter(_) => self.charge(count, amount, now).unwrap_or(count),
        }
    }

    /// The count without its last attempt, which was not made, or was smaller by `amount`.
    pub(super) fn give_back(&self, count: Count, amount: u32, now: Timestamp) -> Count {
        match self {
            Self::Backoff(backoff) => backoff.give_back(count, now),
            Self::Meter(meter) => meter.give_back(count, amount, now),
            Self::Quota(_) => {
                let amount = i32::try_from(amount).unwrap_or(i32::MAX);
                Count { failures: count.failures.saturating_sub(amount).max(0), ..count }
            }
        }
    }
}

impl Backoff {
    fn charge(&self, count: Count, now: Timestamp) -> Result<Count, Duration> {
        if count.failures > 0 && count.blocked_until > now {
            return Err(count.blocked_until.since(now));
        }
        let failures = count.failures.saturating_add(1);
        let wait = self.delay(failures);
        Ok(Count { failures, blocked_until: now.plus(wait), expires_at: now.plus(wait.max(self.forget)) })
    }

    /// The count without its last attempt, which was not made.
    pub(super) fn give_back(&self, count: Count, now: Timestamp) -> Count {
        let failures = count.failures.saturating_sub(1).max(0);
        Count { failures, blocked_until: now.plus(self.delay(failures)), ..count }
    }

    fn delay(&self, failures: i32) -> Duration {
        if failures >= self.most {
            self.forget
        } else if failures < self.free {
            Duration::ZERO
        } else {
            let doublings = u32::try_from(failures - self.free).unwrap_or_default().min(16);
            self.first.saturating_mul(1 << doublings).min(self.slowest)
        }
    }
}

impl Meter {
    /// An amount greater than the burst is admitted when the bucket is empty.
    fn charge(&self, count: Count, amount: u32, now: Timestamp) -> Result<Count, Duration> {
        let arrival = count.blocked_until.max(now);
        let ahead = arrival.since(now);
        let room = self.every.saturating_mul(self.burst.saturating_sub(amount));
        if ahead > room {
            return Err(ahead.saturating_sub(room));
        }
        let next = arrival.plus(self.every.saturating_mul(amount));
        Ok(Count { failures: 0, blocked_until: next, expires_at: next })
    }

    /// The count without its last attempt.
    pub(super) fn give_back(&self, count: Count, amount: u32, now: Timestamp) -> Count {
        let earlier = count.blocked_until.minus(self.every.saturating_mul(amount)).max(now);
        Count { failures: 0, blocked_until: earlier, expires_at: earlier }
    }
}

impl Quota {
    /// `failures` is the amount used, `expires_at` the end of the window.
    fn charge(&self, count: Count, amount: u32, now: Timestamp) -> Result<Count, Duration> {
        let after = self.add(count, amount, now);
        let most = i32::try_from(self.most).unwrap_or(i32::MAX);
        if after.failures > most { Err(after.expires_at.since(now)) } else { Ok(after) }
    }

    fn add(&self, count: Count, amount: u32, now: Timestamp) -> Count {
        let ends = if count.failures == 0 { now.plus(self.window) } else { count.expires_at };
        let used = count.failures.saturating_add(i32::try_from(amount).unwrap_or(i32::MAX));
        Count { failures: used, blocked_until: now, expires_at: ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_micros(1_770_000_000_000_000);
    const NOTHING: Count =
        Count { failures: 0, blocked_until: Timestamp::from_micros(0), expires_at: Timestamp::from_micros(0) };

    #[test]
    fn five_failures_are_free_and_then_the_delay_doubles_up_to_a_minute() {
        let rule = Rule::login(5, Duration::from_mins(1), Duration::from_mins(15), 100);
        let (mut now, mut count, mut waits) = (START, NOTHING, Vec::new());
        for _ in 0..13 {
            match rule.charge(count, 1, now) {
                Ok(after) => count = after,
                Err(wait) => {
                    waits.push(wait.as_secs());
                    now = now.plus(wait);
                    count = rule.charge(count, 1, now).unwrap();
                }
            }
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(rule.charge(count, 1, now.plus(Duration::from_mins(15))).is_ok(), "and is forgotten");
    }

    #[test]
    fn a_try_that_was_none_is_not_counted() {
        let Rule::Backoff(backoff) = Rule::login(5, Duration::from_mins(1), Duration::from_mins(15), 100) else {
            return;
        };
        let mut count = NOTHING;
        for _ in 0..5 {
            count = backoff.charge(count, START).unwrap();
        }
        assert!(backoff.charge(count, START).is_err());
        let count = backoff.give_back(count, START);
        assert_eq!(count.failures, 4);
        assert_eq!(backoff.charge(count, START).unwrap().failures, 5);
        assert_eq!(backoff.give_back(NOTHING, START).failures, 0);
    }

    #[test]
    fn nobody_guesses_on_after_a_hundred_and_nobody_is_locked_out_for_good() {
        let rule = Rule::login(5, Duration::from_mins(1), Duration::from_mins(15), 100);
        let count = Count { failures: 99, blocked_until: START, expires_at: START.plus(Duration::from_mins(15)) };
        let after = rule.charge(count, 1, START).unwrap();
        assert_eq!(rule.charge(after, 1, START), Err(Duration::from_mins(15)));
        assert_eq!(rule.charge(after, 1, START.plus(Duration::from_mins(15))).unwrap().failures, 1);
    }

    #[test]
    fn a_quota_is_used_up_and_begins_anew_when_its_window_ends() {
        let (rule, day) = (Rule::quota(10, Duration::from_hours(24)), Duration::from_hours(24));
        let count = rule.charge(NOTHING, 7, START).unwrap();
        let later = START.plus(Duration::from_hours(9));
        assert_eq!(rule.charge(count, 4, later), Err(Duration::from_hours(15)));
        assert_eq!((rule.left(count, later), rule.left(count, START.plus(day))), (3, 10));
        let count = rule.charge(count, 3, later).unwrap();
        assert_eq!(rule.charge(count, 1, later), Err(Duration::from_hours(15)));
        assert!(rule.charge(count, 10, START.plus(day)).is_ok());
        assert_eq!(rule.charge(NOTHING, 11, START), Err(day), "more than there ever is");
    }

    #[test]
    fn a_wider_network_has_a_larger_budget() {
        let tries = |rule: Rule| {
            let mut count = NOTHING;
            (0..1_000).take_while(|_| rule.charge(count, 1, START).map(|after| count = after).is_ok()).count()
        };
        let (meter, quota) = (Rule::meter(3, 60, 60), Rule::quota(5, Duration::from_hours(1)));
        assert_eq!((tries(meter), tries(meter.times(4)), tries(quota.times(4))), (3, 12, 20));
        assert_eq!(tries(Rule::lock(5, Duration::from_mins(1)).times(4)), 5, "a delay is no budget");
    }

    #[test]
    fn many_at_once_take_as_much_of_a_meter() {
        let rule = Rule::meter(10, 10, 10);
        let count = rule.charge(NOTHING, 8, START).unwrap();
        assert_eq!(rule.charge(count, 4, START), Err(Duration::from_secs(2)));
        assert!(rule.charge(count, 2, START).is_ok());
        assert_eq!(rule.give_back(count, 8, START).blocked_until, START);
    }

    #[test]
    fn what_was_used_already_is_added_past_the_quota() {
        let rule = Rule::quota(10, Duration::from_hours(24));
        let count = rule.add(NOTHING, 25, START);
        assert_eq!((count.failures, rule.left(count, START)), (25, 0));
        assert!(rule.charge(count, 1, START).is_err());
        assert_eq!(rule.give_back(count, 20, START).failures, 5);
    }

    proptest! {
        #[test]
        fn a_quota_never_gives_more_in_its_window(amounts in prop::collection::vec(0_u32..8, 1..50)) {
            let rule = Rule::quota(20, Duration::from_hours(24));
            let (mut count, mut given) = (NOTHING, 0);
            for amount in amounts {
                if let Ok(after) = rule.charge(count, amount, START) {
                    count = after;
                    given += amount;
                }
                prop_assert!(given <= 20);
            }
        }

        #[test]
        fn a_meter_never_lets_in_more_than_its_burst_and_its_rate(
            burst in 1_u32..20, every in 1_u64..100, gaps in prop::collection::vec(0_u64..50, 1..200),
        ) {
            let rule = Rule::Meter(Meter { burst, every: Duration::from_secs(every) });
            let (mut now, mut count, mut passed) = (START, NOTHING, 0_u64);
            for gap in &gaps {
                now = now.plus(Duration::from_secs(*gap));
                if let Ok(after) = rule.charge(count, 1, now) {
                    count = after;
                    passed += 1;
                }
                prop_assert!(passed <= u64::from(burst) + now.since(START).as_secs() / every);
            }
        }

        #[test]
        fn a_try_that_is_given_back_leaves_no_trace(burst in 1_u32..20, charged in 1_u32..20) {
            let meter = Meter { burst, every: Duration::from_secs(10) };
            let mut count = NOTHING;
            for _ in 0..charged.min(burst) {
                count = meter.charge(count, 1, START).unwrap();
            }
            let back = meter.give_back(count, 1, START);
            let once_more = meter.charge(back, 1, START).unwrap();
            prop_assert_eq!(once_more, count);
        }
    }
}
