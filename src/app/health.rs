//! Monitoring: `/health`, `/metrics`.
//!
//! The portal is ready if its database answers and keeps what is written, and not while it starts (`waiting`), drains
//! (`http::Draining`) or has a wrong clock. It is `degraded` if it serves and a part fails ([`crate::incidents`]): the
//! answer names the part and since when; the words of the refusal are in `/metrics` and the log.
//!
//! These checks are public and may be frequent. They stand in no queue of the database: a thread of its own looks, at
//! most once a second (`db::Db::ready`). Where `server.management_bind` is set they are on that listener alone
//! (`management`), and `/metrics` needs no token there.

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
use crate::metrics::Format;
use crate::secrets::fingerprint;
use crate::time::Timestamp;

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
    /// `live`, `ready`, or `degraded`: it serves, and something does not work. A maintenance alone is no failure: the
    /// portal is `ready`.
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
    /// from a backup, and nothing leaves it yet), `disk_reserve` (a disk has less room than is kept in reserve: uploads,
    /// imports and mails of announcements wait), `maintenance` (changes are refused, and no mail leaves).
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

/// Whether the process can serve: the database answers and keeps what is written. Where mail can't leave or reports
/// can't be read it serves all the same, and is `degraded`.
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn ready(_: Anyone, portal: Data<Portal>) -> Result<web::Json<Health>, Error> {
    // First of all: whoever asks is to go elsewhere, whatever else works.
    if portal.draining.has_begun() {
        return Err(Error::draining());
    }
    clock::check(&portal.clock)?;
    portal.db.ready().await?;
    let troubles = portal.troubles.all();
    let status = if troubles.iter().all(|trouble| trouble.part.is_wanted()) { "ready" } else { "degraded" };
    let degraded: Vec<Degraded> = troubles.into_iter().map(Degraded::from).collect();
    Ok(web::Json(Health { status, degraded }))
}

/// Figures for Prometheus, for whoever brings the token of the configuration: `OpenMetrics`, or the text format 0.0.4
/// where `Accept` prefers it.
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
    written(&portal, &request).await
}

/// The same without a token, for the listener of operators.
pub(super) async fn open_figures(portal: Data<Portal>, request: HttpRequest) -> Result<HttpResponse, Error> {
    written(&portal, &request).await
}

async fn written(portal: &Portal, request: &HttpRequest) -> Result<HttpResponse, Error> {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let format = Format::of(accept);
    let states = portal.states.text(&portal.db, &portal.clock).await;
    let text = portal.metrics.text(&portal.troubles.all(), &portal.catalogue.faults(), &states)?;
    Ok(HttpResponse::Ok().content_type(format.content_type()).body(format.write(text)))
}
