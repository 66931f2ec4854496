//! Figures for whoever watches the process, in the text format of Prometheus (`OpenMetrics`).
//!
//! `/metrics` answers those who bring the token of `server.metrics_token`, and where none is set, nobody. Labels are
//! route patterns and names of ours, never what a client typed, so their number is bounded.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::error::{Error, OrInternal as _};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Status {
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Name {
    bucket: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct What {
    of: &'static str,
}

/// The counters. Cloning shares them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    answers: Family<Status, Counter>,
    throttled: Family<Name, Counter>,
    renderings: Family<What, Counter>,
    passwords_waiting: Gauge,
    passwords_refused: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("portal");
        let (answers, throttled) = (Family::default(), Family::default());
        let renderings = Family::default();
        let (passwords_waiting, passwords_refused) = (Gauge::default(), Counter::default());
        registry.register("answers", "Answers by HTTP status", answers.clone());
        registry.register("throttled", "Tries that had to wait, by bucket", throttled.clone());
        registry.register("renderings", "Texts rendered for readers, by where they stand", renderings.clone());
        registry.register("passwords_waiting", "Passwords that wait to be hashed", passwords_waiting.clone());
        registry.register("passwords_refused", "Passwords answered 503", passwords_refused.clone());
        Self(Arc::new(Inner { registry, answers, throttled, renderings, passwords_waiting, passwords_refused }))
    }
}

impl Metrics {
    /// An answer with this status went out.
    pub fn answered(&self, status: u16) {
        self.0.answers.get_or_create(&Status { status }).inc();
    }

    /// A try had to wait.
    pub fn throttled(&self, bucket: &'static str) {
        self.0.throttled.get_or_create(&Name { bucket }).inc();
    }

    /// A text was rendered for readers.
    pub fn rendered(&self, of: &'static str) {
        self.0.renderings.get_or_create(&What { of }).inc();
    }

    /// So many passwords wait.
    pub fn passwords_waiting(&self, count: usize) {
        self.0.passwords_waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A password was answered 503.
    pub fn password_refused(&self) {
        self.0.passwords_refused.inc();
    }

    /// All of it as text.
    ///
    /// # Errors
    /// None that is expected.
    pub fn text(&self) -> Result<String, Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.0.registry).or_internal()?;
        Ok(text)
    }
}
