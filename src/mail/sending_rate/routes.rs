//! `/mail/pace`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::PaceControl;
use super::types::PaceSettings;
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{IfMatch, Json, Operations, RequestContext, etag};
use crate::identity::guards::CanManageAnnouncements;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![pace, set]
}

/// How fast announcements leave.
#[utoipa::path(get, path = "/api/v1/mail/pace", tag = "announcements",
    responses((status = 200, body = PaceSettings)))]
pub async fn pace(
    _: CanManageAnnouncements,
    pace: web::Data<PaceControl>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &pace.settings().await?)
}

/// Sets how fast announcements leave, within two seconds, those under way too. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/mail/pace", tag = "announcements", request_body = PaceSettings,
    params(("If-Match" = String, Header)),
    responses((status = 200, body = PaceSettings), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn set(
    officer: CanManageAnnouncements,
    pace: web::Data<PaceControl>,
    request: HttpRequest,
    caller: RequestContext,
    seen: IfMatch,
    body: Json<PaceSettings>,
) -> Result<HttpResponse, Error> {
    let set = pace.set(officer.user_id, Trace::from(&caller), body.0, seen).await?;
    etag::respond(&request, &set)
}
