//! For whoever watches the process: `/health`, `/metrics`.
//!
//! Anybody may ask whether the portal is ready, as often as they like; the database is asked once a second at most, and its
//! answer is good for all who ask meanwhile ([`Readiness`]).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::Portal;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::secrets::fingerprint;

/// How long an answer of the database is good.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// When the database was asked last, and whether it answered. Cloning shares it.
#[derive(Clone, Default)]
pub(super) struct Readiness(Arc<Mutex<Option<(Instant, bool)>>>);

impl Readiness {
    /// Whether the database answered, where it was asked a moment ago.
    fn known(&self) -> Option<bool> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(asked, _)| asked.elapsed() < GOOD_FOR).map(|(_, answered)| answered)
    }

    fn remember(&self, answered: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), answered));
    }
}

/// Where no route is.
pub(super) async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// How the portal is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live` or `ready`.
    pub status: &'static str,
}

/// Whether the process answers.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub async fn live() -> web::Json<Health> {
    web::Json(Health { status: "live" })
}

/// Whether the process can serve: the database answers.
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn ready(portal: Data<Portal>) -> Result<web::Json<Health>, Error> {
    let ready = &portal.known.ready;
    match ready.known() {
        Some(true) => {}
        Some(false) => return Err(Error::database_unreachable("it did not answer a moment ago")),
        None => {
            let asked = portal.identity.has_administrator().await;
            ready.remember(asked.is_ok());
            asked?;
        }
    }
    Ok(web::Json(Health { status: "ready" }))
}

/// Figures for Prometheus, for whoever brings the token of the configuration.
#[utoipa::path(get, path = "/metrics", tag = "health", security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "application/openmetrics-text"),
        (status = "default", body = Problem)))]
pub async fn figures(portal: Data<Portal>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let wanted = portal.metrics_token.expose_secret();
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent =
        sent.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(|| Error::unauthenticated("login_required"))?;
    let same = fingerprint(sent) == fingerprint(wanted);
    if wanted.is_empty() || !same {
        return Err(Error::unauthenticated("token_invalid"));
    }
    let text = portal.metrics.text()?;
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
