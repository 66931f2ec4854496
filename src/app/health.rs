//! For whoever watches the process: `/health`, `/metrics`.

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
    portal.identity.has_administrator().await?;
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
