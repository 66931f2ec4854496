//! `/maintenance`, and the refusal of what would change something.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::types::{BeginMaintenance, MaintenanceState};
use super::{MaintenanceMode, rules};
use crate::audit::Trace;
use crate::db::set_first_check;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{IfMatch, Json, Operations, RequestContext, etag};
use crate::identity::guards::{CanEndMaintenance, CanManageAccounts, CanReadAccounts};

/// The operations of this file.
pub fn operations() -> Operations {
    operations![maintenance, begin, end]
}

/// Whether the portal is under maintenance.
#[utoipa::path(get, path = "/api/v1/maintenance", tag = "health", responses((status = 200, body = MaintenanceState)))]
pub async fn maintenance(
    _: CanReadAccounts,
    mode: Data<MaintenanceMode>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &mode.state().await?)
}

/// Begins a maintenance, or changes its text and end: within two seconds every process refuses what would change
/// something with 503, and no mail leaves. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/maintenance", tag = "health", request_body = BeginMaintenance,
    params(("If-Match" = String, Header)),
    responses((status = 200, body = MaintenanceState), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn begin(
    officer: CanManageAccounts,
    mode: Data<MaintenanceMode>,
    request: HttpRequest,
    caller: RequestContext,
    seen: IfMatch,
    body: Json<BeginMaintenance>,
) -> Result<HttpResponse, Error> {
    let state = mode.begin(Some(officer.user_id), Trace::from(&caller), body.0, Some(seen)).await?;
    etag::respond(&request, &state)
}

/// Ends the maintenance. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(delete, path = "/api/v1/maintenance", tag = "health",
    params(("If-Match" = String, Header)),
    responses((status = 200, body = MaintenanceState), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn end(
    officer: CanEndMaintenance,
    mode: Data<MaintenanceMode>,
    request: HttpRequest,
    caller: RequestContext,
    seen: IfMatch,
) -> Result<HttpResponse, Error> {
    let state = mode.end(Some(officer.user_id), Trace::from(&caller), Some(seen)).await?;
    etag::respond(&request, &state)
}

/// Middleware that refuses requests which would change something while the portal is under maintenance, and the units
/// of work of those that were let in before.
pub async fn refuse_writes<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    if rules::is_refused(request.method().as_str(), request.path())
        && let Some(mode) = request.app_data::<Data<MaintenanceMode>>().cloned()
        && let Err(error) = mode.check().await.and_then(|()| set_first_check(mode.check_of_units()))
    {
        return Ok(request.error_response(error).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}
