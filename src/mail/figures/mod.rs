//! Figures of mail: what this process sent and how the relay is, and from the tables what waits.
//!
//! The age of the oldest due mail tells whether mail leaves: a hundred thousand that wait are fine while they leave,
//! one that waits for an hour is not. Mails of announcements that are paused or cancelled wait for nobody and have no
//! age.

mod store;

use std::fmt;
use std::time::{Duration, Instant};

use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;

use super::priority::Priority;
use super::types::Outcome;
use crate::db::Conn;
use crate::error::Error;
use crate::metrics::{Registry, State, age, number};
use crate::time::Timestamp;

/// Upper bounds of the buckets of attempts, in seconds.
const ATTEMPTS: [f64; 8] = [0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ended {
    lane: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ConnectionState {
    state: &'static str,
}

/// What the sender of this process counts. Cloning shares it.
#[derive(Clone)]
pub(super) struct Figures {
    mails: Family<Ended, Counter>,
    attempts: Histogram,
    open: Gauge,
}

impl Default for Figures {
    fn default() -> Self {
        let figures = Self { mails: Family::default(), attempts: Histogram::new(ATTEMPTS), open: Gauge::default() };
        for lane in Priority::ALL.map(name_of) {
            for outcome in ["sent", "failed", "skipped", "retry", "put_back"] {
                figures.mails.get_or_create_owned(&Ended { lane, outcome });
            }
        }
        figures
    }
}

/// The name of a lane.
const fn name_of(lane: Priority) -> &'static str {
    match lane {
        Priority::Transactional => "transactional",
        Priority::Bulk => "bulk",
    }
}

impl Figures {
    /// Counts the outcome of a mail.
    pub(super) fn ended(&self, lane: Priority, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Sent => "sent",
            Outcome::Failed => "failed",
            Outcome::Skipped => "skipped",
            Outcome::Retry { .. } => "retry",
            Outcome::PutBack { .. } => "put_back",
        };
        self.mails.get_or_create(&Ended { lane: name_of(lane), outcome }).inc();
    }

    /// Counts an attempt that began then.
    pub(super) fn attempted(&self, begun: Instant) {
        self.attempts.observe(begun.elapsed().as_secs_f64());
    }

    /// A count of connections that are open, for one worker.
    pub(super) fn line(&self) -> OpenLine {
        OpenLine { open: self.open.clone(), is_open: false }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let Self { mails, attempts, open: _ } = self.clone();
        registry.register("mails", "Outcomes of mails in this process: retry and put_back come again", mails);
        registry.register("mail_attempt_duration_seconds", "How long an attempt to send a mail took", attempts);
    }

    /// Writes how the relay is at this moment: how long it is left alone, and to how many connections it is held.
    pub(super) fn write_relay(
        &self,
        mut encoder: DescriptorEncoder,
        pause: Duration,
        allowed: usize,
    ) -> Result<(), fmt::Error> {
        let pause = ConstGauge::new(pause.as_secs());
        let help = "How long the relay is left alone because it refuses";
        pause.encode(encoder.encode_descriptor("relay_pause_seconds", help, None, pause.metric_type())?)?;
        let connections: Family<ConnectionState, Gauge> = Family::default();
        let allowed = i64::try_from(allowed).unwrap_or(i64::MAX);
        for (state, count) in [("open", self.open.get()), ("allowed", allowed)] {
            connections.get_or_create(&ConnectionState { state }).set(count);
        }
        let help = "Connections to the relay: open, and allowed at present";
        connections.encode(encoder.encode_descriptor("relay_connections", help, None, connections.metric_type())?)
    }
}

/// Whether one worker has a connection.
pub(super) struct OpenLine {
    open: Gauge,
    is_open: bool,
}

impl OpenLine {
    /// Notes whether it has one now.
    pub(super) fn is(&mut self, open: bool) {
        match (self.is_open, open) {
            (false, true) => self.open.inc(),
            (true, false) => self.open.dec(),
            _ => return,
        };
        self.is_open = open;
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.is(false);
    }
}

/// What waits in the outbox: the same in every process.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error> {
    let waiting = store::waiting(conn)?;
    let help = "Mails that wait (pending) or are being sent (leased), at most 100000 of each; read from the database";
    let mut mails = State::new("outbox_mails", help);
    let help = "Age of the oldest due mail that nothing holds back; read from the database";
    let mut oldest = State::new("outbox_oldest_due_seconds", help);
    for lane in Priority::ALL {
        let of = waiting.of(lane);
        mails = mails.with(&[("lane", name_of(lane)), ("state", "pending")], number(of.pending));
        mails = mails.with(&[("lane", name_of(lane)), ("state", "leased")], number(of.leased));
        oldest = oldest.with(&[("lane", name_of(lane))], age(of.oldest, now));
    }
    let help = "Recipients of running announcements whose mail has no outcome yet; read from the database";
    let left = State::one("announcement_recipients_left", help, number(store::recipients_left(conn)?));
    Ok(vec![mails, oldest, left])
}
