//! `/registrations`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{
    ApproveRegistration, Decision, Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing,
    Verify,
};
use super::{Registrations, rules};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::operations::operations;
use crate::http::{Anyone, Cursor, Json, List, Operations, PageRequest, Query, RequestContext, Unread};
use crate::identity::Accepted;
use crate::identity::guards::CanDecideRegistrations;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![apply, verify, list, approve, reject]
}

/// Applies as contact point or coordinator of a member. The answer is the same whether or not the address is known. The
/// password is chosen behind the link that is mailed to the address.
#[utoipa::path(post, path = "/api/v1/registrations", tag = "registration", request_body = Register,
    responses((status = 202, body = Accepted)))]
pub async fn apply(
    _: Anyone,
    registrations: web::Data<Registrations>,
    context: web::Data<MiddlewareSettings>,
    caller: RequestContext,
    body: Json<Register>,
) -> Result<HttpResponse, Error> {
    registrations.apply(&caller, &body.0).await?;
    let detail = context.catalogue.text(caller.language, "answer-registered", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Verifies the address of an application with the mailed link, and chooses the password of the account that comes of it. An
/// account that the address has already keeps its own: then no password is asked for.
#[utoipa::path(post, path = "/api/v1/registrations/verify", tag = "registration", request_body = Verify,
    responses((status = 200, body = Standing)))]
pub async fn verify(
    _: Anyone,
    registrations: web::Data<Registrations>,
    caller: RequestContext,
    body: Json<Verify>,
) -> Result<web::Json<Standing>, Error> {
    registrations.verify_address(&caller, body.0).await.map(web::Json)
}

/// Applications, the oldest first.
#[utoipa::path(get, path = "/api/v1/registrations", tag = "registration", params(RegistrationQuery),
    responses((status = 200, body = List<Registration>)))]
pub async fn list(
    _: CanDecideRegistrations,
    registrations: web::Data<Registrations>,
    request: HttpRequest,
    query: Query<RegistrationQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let statuses = if query.status.is_empty() { vec![RegistrationStatus::Pending] } else { query.status };
    let rows = registrations.list(statuses, page.after_id()?, page.rows()).await?;
    Ok(page.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(&request))
}

/// Approves an application: the contact is listed with its values of now (`current`), and the applicant hears by mail.
#[utoipa::path(post, path = "/api/v1/registrations/{id}/approve", tag = "registration", params(("id" = String, Path)),
    request_body = ApproveRegistration, responses((status = 200, body = Registration), (status = 412)))]
pub async fn approve(
    officer: CanDecideRegistrations,
    registrations: web::Data<Registrations>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Unread<ApproveRegistration>,
) -> Result<web::Json<Registration>, Error> {
    registrations.check_decision(officer.user_id, *id).await?;
    let ApproveRegistration { version } = body.read_or_default().await?;
    let decision = Decision { reason: None, version };
    registrations.decide(officer.0, Trace::from(&caller), *id, decision).await.map(web::Json)
}

/// Rejects an application with a reason, which the applicant reads.
#[utoipa::path(post, path = "/api/v1/registrations/{id}/reject", tag = "registration", params(("id" = String, Path)),
    request_body = Reject, responses((status = 200, body = Registration), (status = 412)))]
pub async fn reject(
    officer: CanDecideRegistrations,
    registrations: web::Data<Registrations>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Unread<Reject>,
) -> Result<web::Json<Registration>, Error> {
    registrations.check_decision(officer.user_id, *id).await?;
    let Reject { reason, version } = body.read().await?;
    let decision = Decision { reason: Some(rules::reason(&reason)?), version };
    registrations.decide(officer.0, Trace::from(&caller), *id, decision).await.map(web::Json)
}
