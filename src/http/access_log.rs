//! The line of a request in the access log.
//!
//! It has the pattern of the route, never path or query, which may contain secrets and names; how long the request
//! took, waited for the database and was in it, in microseconds; and what a trusted proxy calls the request: its id
//! (`X-Request-Id`) and its trace (`traceparent` of W3C Trace Context), for comparison of logs. Those are used
//! nowhere else: most proxies forward the client's, and clients must not choose what is in the audit log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;

use crate::config::Networks;
use crate::db::Account;

/// The header with the id of a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// What the line says of a request besides its answer.
#[derive(Clone)]
pub(super) struct AccessLine {
    /// The id that the portal gave it.
    pub(super) id: String,
    proxy_id: Option<String>,
    trace_id: Option<String>,
    /// What its units of work add to.
    pub(super) account: Arc<Account>,
    started: Instant,
}

impl AccessLine {
    /// The line of a request that has just begun. The ids that these proxies send are taken over.
    pub(super) fn of(request: &ServiceRequest, proxies: &Networks, id: String, started: Instant) -> Self {
        let ours = request.peer_addr().is_none_or(|peer| proxies.contain(peer.ip().to_canonical()));
        let sent = |name: &HeaderName| {
            let sent = request.headers().get(name).filter(|_| ours);
            sent.and_then(|value| value.to_str().ok())
        };
        Self {
            id,
            proxy_id: sent(&REQUEST_ID).filter(is_plain).map(str::to_owned),
            trace_id: sent(&TRACE_PARENT).and_then(trace_id).map(str::to_owned),
            account: Arc::default(),
            started,
        }
    }

    /// How long the request takes until now.
    pub(super) fn took(&self) -> Duration {
        self.started.elapsed()
    }

    /// The line of the request that was answered now.
    pub(super) fn answered(self, method: Option<&'static str>, route: Arc<str>, status: u16) -> Answered {
        let took = self.took();
        Answered { line: self, method, route, status, took }
    }
}

/// A request with its answer.
#[derive(Clone)]
pub(super) struct Answered {
    line: AccessLine,
    /// A known one, so that no client makes a line long.
    method: Option<&'static str>,
    route: Arc<str>,
    pub(super) status: u16,
    pub(super) took: Duration,
}

impl Answered {
    /// Writes the line.
    pub(super) fn write(&self) {
        let Self { line, method, route, status, took } = self;
        tracing::info!(
            target: "portal::access",
            method = *method,
            route = &**route,
            status = *status,
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            db_wait_micros = line.account.waited(),
            db_micros = line.account.took(),
            request_id = line.id.as_str(),
            proxy_request_id = line.proxy_id.as_deref(),
            trace_id = line.trace_id.as_deref(),
            "request"
        );
    }
}

/// Whether an id is plain text that may stand in a log.
fn is_plain(id: &&str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The trace id of a `traceparent`: 32 lower-case hexadecimal digits that are not all zero.
fn trace_id(parent: &str) -> Option<&str> {
    let mut parts = parent.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_known = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(span, 16);
    (is_known && trace.bytes().any(|b| b != b'0')).then_some(trace)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The line of a request that was answered so.
    pub(in super::super) fn answered(id: &str, status: u16, took: Duration) -> Answered {
        let line = AccessLine {
            id: id.to_owned(),
            proxy_id: None,
            trace_id: None,
            account: Arc::default(),
            started: Instant::now(),
        };
        Answered { line, method: None, route: Arc::from("-"), status, took }
    }

    pub(in super::super) fn id(answered: &Answered) -> String {
        answered.line.id.clone()
    }

    #[test]
    fn o28_a_trace_id_is_taken_only_in_the_form_of_its_standard() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&format!("00-{trace}-00f067aa0ba902b7-01")), Some(trace));
        assert_eq!(trace_id(&format!("01-{trace}-00f067aa0ba902b7-01-more")), Some(trace), "of a later version");
        for wrong in [
            "",
            "00-short-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
        ] {
            assert_eq!(trace_id(wrong), None, "{wrong}");
        }
    }
}
