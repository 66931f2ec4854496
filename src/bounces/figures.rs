//! Figures of reports: how messages about mails came, what they were, and when the mailbox was read last.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::{Bounces, Provenance, ReportOutcome};
use crate::metrics::{self, Registry};
use crate::time::Timestamp;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Taken {
    kind: &'static str,
    way: &'static str,
}

/// What this process took. Cloning shares it.
#[derive(Clone)]
pub(super) struct Figures {
    taken: Family<Taken, Counter>,
    mailbox: Gauge,
}

impl Default for Figures {
    fn default() -> Self {
        let figures = Self { taken: Family::default(), mailbox: Gauge::default() };
        for way in ["return_path", "trusted", "anybody"] {
            figures.taken.get_or_create_owned(&Taken { kind: ReportOutcome::Counted.as_str(), way });
        }
        figures
    }
}

impl Figures {
    /// Counts a message that came in this way.
    pub(super) fn took(&self, outcome: ReportOutcome, via: Provenance) {
        let way = match via {
            Provenance::ReturnPath(_) => "return_path",
            Provenance::Trusted => "trusted",
            Provenance::Anybody => "anybody",
        };
        self.taken.get_or_create(&Taken { kind: outcome.as_str(), way }).inc();
    }

    /// The mailbox was read.
    pub(super) fn read_mailbox(&self, at: Timestamp) {
        self.mailbox.set(at.as_seconds());
    }
}

impl metrics::Figures for Bounces {
    fn register(&self, registry: &mut Registry) {
        let Figures { taken, mailbox } = self.0.figures.clone();
        registry.register("bounces", "Messages about mails: what they were (kind), and the way they came", taken);
        let help = "When the mailbox of reports was read last, in seconds since 1970; zero if it never was";
        registry.register("imap_last_success_timestamp_seconds", help, mailbox);
    }
}
