//! `/rounds/{id}/extension-requests`, `/extension-requests`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{ExtensionRequest, ExtensionRequestList, GivenDecision, GivenExtension};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{IdempotencyKey, Json, Operations, RequestContext, Unread, etag};
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};
use crate::rounds::Rounds;

/// The operations of requests for more time.
pub fn operations() -> Operations {
    operations![list, ask, grant, decline]
}

/// The requests for more time in a round, the newest first: those of the own organisations for those who may ask; all
/// for the Secretariat.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/extension-requests", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = ExtensionRequestList), (status = 304, description = "As the client has it already")))]
pub async fn list(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let data = rounds.extension_requests(viewer.0, id.into_inner()).await?;
    etag::respond(&request, &ExtensionRequestList { data })
}

/// Asks for more time for the own organisation: a coordinator of a member, or a person of a partner agency, logged in
/// personally. Also after the deadline has passed.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/extension-requests", tag = "rounds", request_body = GivenExtension,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ExtensionRequest),
        (status = 409, body = Problem, description = "A request waits already, or the round is no longer held")))]
pub async fn ask(
    asker: CanReadSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Unread<GivenExtension>,
) -> Result<HttpResponse, Error> {
    let (id, ticket) = (id.into_inner(), key.ticket(asker.user_id));
    rounds.check_asker(Arc::clone(&asker.0), id).await?;
    let given = body.read().await?;
    rounds.ask(asker.0, Trace::from(&caller), ticket, id, given).await.map(HttpResponse::from)
}

/// Grants a request: as it was asked for, or until another instant that is no earlier than what the organisation has.
#[utoipa::path(post, path = "/api/v1/extension-requests/{id}/grant", tag = "rounds", request_body = GivenDecision,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ExtensionRequest), (status = 409, body = Problem, description = "It was decided")))]
pub async fn grant(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Json<GivenDecision>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    let granted = rounds.grant(officer.0, Trace::from(&caller), ticket, id.into_inner(), body.0);
    granted.await.map(HttpResponse::from)
}

/// Declines a request, with a word for those who asked.
#[utoipa::path(post, path = "/api/v1/extension-requests/{id}/decline", tag = "rounds", request_body = GivenDecision,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ExtensionRequest), (status = 409, body = Problem, description = "It was decided")))]
pub async fn decline(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Json<GivenDecision>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    let declined = rounds.decline(officer.0, Trace::from(&caller), ticket, id.into_inner(), body.0);
    declined.await.map(HttpResponse::from)
}
