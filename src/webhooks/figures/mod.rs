//! Figures of webhooks: what this process sent, and from the tables what waits and how the endpoints are.

mod store;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::types::Fault;
use crate::db::Conn;
use crate::error::Error;
use crate::metrics::{Registry, State, age, number};
use crate::time::Timestamp;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ended {
    outcome: &'static str,
}

/// What the dispatcher of this process counts. Cloning shares it.
#[derive(Clone)]
pub(super) struct Figures(Family<Ended, Counter>);

impl Default for Figures {
    fn default() -> Self {
        let figures = Self(Family::default());
        figures.0.get_or_create_owned(&Ended { outcome: "delivered" });
        figures
    }
}

impl Figures {
    /// Counts an attempt.
    pub(super) fn attempted(&self, fault: Option<Fault>) {
        let outcome = fault.map_or("delivered", Fault::as_str);
        self.0.get_or_create(&Ended { outcome }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Attempts to deliver an event: delivered, or why not";
        registry.register("webhook_attempts", help, self.0.clone());
    }
}

/// What waits, and how the endpoints are: the same in every process.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error> {
    let endpoints = store::endpoints(conn)?;
    let oldest = store::oldest_due(conn)?;
    let help = "Age of the oldest event that is due to an endpoint in use; read from the database";
    let due = State::one("webhook_oldest_due_seconds", help, age(oldest, now));
    let help = "Endpoints: well, failing, or switched off (disabled); read from the database";
    let of = |state| [("state", state)];
    let endpoints = State::new("webhook_endpoints", help)
        .with(&of("well"), number(endpoints.total - endpoints.failing - endpoints.disabled))
        .with(&of("failing"), number(endpoints.failing))
        .with(&of("disabled"), number(endpoints.disabled));
    Ok(vec![due, endpoints])
}
