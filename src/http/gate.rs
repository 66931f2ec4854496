//! Whoever may not make a request does not learn what is wrong with it.
//!
//! The framework takes a request apart all at once, and the fault of a body is found before the database has said who is
//! asking. So a guard shuts a gate, and what finds a fault waits at it; the guard opens it for those it lets in, and for
//! others the guard's refusal is the answer. A handler names its guard first.

use actix_web::{HttpMessage as _, HttpRequest};
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// The gate of one request.
#[derive(Clone)]
pub struct Gate(CancellationToken);

impl Gate {
    /// Shuts the gate of this request.
    #[must_use]
    pub fn shut(request: &HttpRequest) -> Self {
        let gate = Self(CancellationToken::new());
        request.extensions_mut().insert(gate.clone());
        gate
    }

    /// Lets through what waits.
    pub fn open(&self) {
        self.0.cancel();
    }

    /// The gate of this request, where a guard has shut one.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// The outcome of taking something apart: a fault waits until the gate is open.
    pub(super) async fn pass<T>(gate: Option<Self>, outcome: Result<T, Error>) -> Result<T, Error> {
        if let (Some(gate), Err(_)) = (gate, &outcome) {
            gate.0.cancelled().await;
        }
        outcome
    }
}
