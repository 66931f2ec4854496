//! How the relay is, read from the circuit breaker when `/metrics` is asked.

use std::fmt;
use std::sync::Weak;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::Inner;
use crate::mail::types::Priority;

/// The state of the relay; it does not keep the sender.
pub(super) struct RelayState(pub(super) Weak<Inner>);

impl fmt::Debug for RelayState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayState")
    }
}

impl Collector for RelayState {
    fn encode(&self, encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(sender) = self.0.upgrade() else { return Ok(()) };
        let now = sender.clock.now();
        let pauses = Priority::ALL.map(|lane| sender.breaker.pause(lane, now));
        let longest = pauses.into_iter().flatten().max().unwrap_or_default();
        sender.figures.write_relay(encoder, longest, sender.breaker.allowed(now))
    }
}
