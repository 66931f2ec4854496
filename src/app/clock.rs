//! The machine's clock, compared with the database's. The portal itself goes by the database's (`time`); but the
//! machine writes the log, checks certificates, and signs requests to a bucket by its own, and a database whose clock
//! is wrong is wrong for everybody.

use std::fmt;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::gauge::ConstGauge;

use crate::error::Error;
use crate::metrics::{Figures, Registry, number};
use crate::time::Clock;

/// A difference of which the operator is warned.
const WARNED: Duration = Duration::from_secs(5);
/// A difference with which the process does not count as ready.
const REFUSED: Duration = Duration::from_mins(1);

/// How far the clocks are apart.
fn apart(clock: &Clock) -> Duration {
    Duration::from_micros(clock.offset().unsigned_abs())
}

/// Refuses to be ready with a clock that is far from the database's.
///
/// # Errors
/// 503.
pub(super) fn check(clock: &Clock) -> Result<(), Error> {
    if apart(clock) > REFUSED {
        return Err(Error::clock_wrong(format!("it differs by {} s from the database's", apart(clock).as_secs())));
    }
    Ok(())
}

/// Warns of a clock that differs from the database's.
pub(super) fn warn(clock: &Clock) {
    if apart(clock) > WARNED {
        let (seconds, is_ahead) = (apart(clock).as_secs(), clock.offset() < 0);
        tracing::warn!(seconds, is_ahead, "the machine's clock differs from the database's: set both by NTP");
    }
}

/// By how many seconds the database's clock is ahead of the machine's, for `/metrics`; negative where it is behind,
/// zero on SQLite.
pub(super) struct ClockOffset(pub(super) Clock);

impl Figures for ClockOffset {
    fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(Self(self.0.clone())));
    }
}

impl fmt::Debug for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClockOffset")
    }
}

impl Collector for ClockOffset {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let offset = ConstGauge::new(number(self.0.offset()) / 1e6);
        let help = "Clock of the database server less the clock of this process";
        offset.encode(encoder.encode_descriptor("clock_offset_seconds", help, None, offset.metric_type())?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::error::ProblemCode;
    use crate::time::Measure;

    #[test]
    fn a_process_whose_clock_is_a_minute_off_is_not_ready() {
        for (seconds, is_ready) in [(0, true), (-50, true), (50, true), (-70, false), (70, false)] {
            let clock = Clock::wrong_by(seconds * 1_000_000);
            assert!(check(&clock).is_ok(), "nothing was measured yet");
            let now = Instant::now();
            clock.correct(Measure { asked: now, shown: Clock::system().now(), answered: now });
            let code = check(&clock).err().map(|error| error.code());
            assert_eq!(code, (!is_ready).then_some(ProblemCode::ClockWrong), "{seconds}");
        }
    }
}
