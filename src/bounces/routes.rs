//! `/bounces`: reports from a mail service that sends them by HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::report::MOST_BYTES;
use crate::app::Portal;
use crate::error::Error;
use crate::http::Upload;
use crate::http::problem::Problem;
use crate::secrets::fingerprint;

/// What it may be sent as.
const MEDIA_TYPES: [&str; 2] = ["message/rfc822", "application/octet-stream"];

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/bounces").route(web::post().to(take)));
}

/// What became of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// `counted`; `of_nothing` where it is about no mail of ours, or was counted before; `late`, `arrived`,
    /// `automatic` and `feedback` where it says nothing that counts; `not_understood`.
    pub outcome: &'static str,
}

/// Takes a report about a mail: the message itself, as the body. For whoever brings the token of the configuration
/// (`bounces.token`) as a bearer token; without one nobody may.
#[utoipa::path(post, path = "/api/v1/bounces", tag = "bounces", security(("bearer" = [])),
    request_body(content = Vec<u8>, content_type = "message/rfc822"),
    responses((status = 202, body = Received), (status = "default", body = Problem)))]
pub async fn take(portal: web::Data<Portal>, request: HttpRequest, body: Upload) -> Result<HttpResponse, Error> {
    let wanted = portal.bounces.token().expose_secret();
    let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent =
        sent.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(|| Error::unauthenticated("login_required"))?;
    // Hashes are compared: how long that takes says nothing of the token.
    if wanted.is_empty() || fingerprint(sent) != fingerprint(wanted) {
        return Err(Error::unauthenticated("token_invalid"));
    }
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let message = body.read(MOST_BYTES).await?.to_vec();
    let outcome = portal.bounces.take(message, portal.bounces.via_elsewhere()).await?.as_str();
    Ok(HttpResponse::Accepted().json(Received { outcome }))
}
