//! Monitoring: `/health`, `/metrics`.
//!
//! The portal is ready if its database answers, and not while it starts (`waiting`) or drains (`http::Draining`). It is
//! `degraded` if it serves and a part fails ([`crate::incidents`]):
//! the answer names the part and since when; the words of the refusal are in `/metrics` and the log.
//!
//! These checks are public and may be frequent, so the database is asked at most once a second, and its answer is
//! shared ([`Readiness`]).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::{Path as _, ToSchema};

use super::{Portal, clock};
use crate::error::{Error, ProblemCode};
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{Anyone, Operations};
use crate::incidents::Trouble;
use crate::secrets::fingerprint;
use crate::time::Timestamp;

/// How long an answer of the database is reused.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// The last check of the database, and whether it answered. Cloning shares it.
#[derive(Clone, Default)]
pub(super) struct Readiness(Arc<Mutex<Option<(Instant, bool)>>>);

impl Readiness {
    /// The result of the last check, if it is recent.
    fn known(&self) -> Option<bool> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(asked, _)| asked.elapsed() < GOOD_FOR).map(|(_, answered)| answered)
    }

    fn remember(&self, answered: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), answered));
    }
}

/// The handler of unknown paths.
pub(super) async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// The operations of this file.
pub(super) fn operations() -> Operations {
    operations![live, ready, figures].with_head(&__path_live::path(), live).with_head(&__path_ready::path(), ready)
}

/// How the portal is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live`, `ready`, or `degraded`: it serves, and something does not work.
    pub status: &'static str,
    /// What does not work; left out where everything does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<Degraded>,
}

/// A part that does not work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Degraded {
    /// `mail_relay` (no mail can leave), `mail_announcements` or `mail_links` (the relay refuses the sender of these),
    /// `reports_mailbox` or `reports_listener` (no report could be read), `restore_hold` (the portal was restored
    /// from a backup, and nothing leaves it yet).
    pub part: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl From<Trouble> for Degraded {
    fn from(trouble: Trouble) -> Self {
        Self { part: trouble.part.as_str(), since: trouble.since }
    }
}

/// Whether the process answers.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub async fn live(_: Anyone) -> web::Json<Health> {
    web::Json(Health { status: "live", degraded: Vec::new() })
}

/// Whether the process can serve: the database answers. Where mail can't leave or reports can't be read it serves all the same, and
/// is `degraded`.
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn ready(_: Anyone, portal: Data<Portal>) -> Result<web::Json<Health>, Error> {
    // First of all: whoever asks is to go elsewhere, whatever else works.
    if portal.draining.has_begun() {
        return Err(Error::draining());
    }
    clock::check(&portal.clock)?;
    let ready = &portal.readiness;
    match ready.known() {
        Some(true) => {}
        Some(false) => return Err(Error::database_unreachable("it did not answer a moment ago")),
        None => {
            let asked = portal.identity.has_administrator().await;
            ready.remember(asked.is_ok());
            asked?;
        }
    }
    let degraded: Vec<Degraded> = portal.troubles.all().into_iter().map(Degraded::from).collect();
    let status = if degraded.is_empty() { "ready" } else { "degraded" };
    Ok(web::Json(Health { status, degraded }))
}

/// Figures for Prometheus, for whoever brings the token of the configuration.
#[utoipa::path(get, path = "/metrics", tag = "health",
    security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
pub async fn figures(_: Anyone, portal: Data<Portal>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let token_now = portal.metrics_token.get();
    let wanted = token_now.expose_secret();
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let none = || Error::unauthenticated(ProblemCode::LoginRequired).with("token", "configured");
    let sent = sent.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(none)?;
    let same = fingerprint(sent) == fingerprint(wanted);
    if wanted.is_empty() || !same {
        return Err(Error::unauthenticated(ProblemCode::TokenInvalid).with("token", "configured"));
    }
    let text = portal.metrics.text(&portal.troubles.all(), &portal.catalogue.faults())?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_database_is_good_for_a_moment() {
        let ready = Readiness::default();
        assert_eq!(ready.known(), None);
        for answered in [true, false] {
            ready.remember(answered);
            assert_eq!(ready.clone().known(), Some(answered));
        }
        let before = Instant::now().checked_sub(GOOD_FOR).unwrap();
        *ready.0.lock().unwrap() = Some((before, true));
        assert_eq!(ready.known(), None, "it is asked again");
    }
}
