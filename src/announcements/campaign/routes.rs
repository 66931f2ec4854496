//! `POST /announcements/{id}/…`: actions on an announcement.

use actix_web::{HttpResponse, web};

use super::{Action, GiveBack};
use crate::announcements::Announcements;
use crate::announcements::types::{Announcement, Approve, GivenReason, Schedule};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::json::MaybeJson;
use crate::http::operations::operations;
use crate::http::{IdempotencyKey, Json, Operations, RequestContext};
use crate::identity::guards::CanManageAnnouncements;
use crate::mail::Counts;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![submit, approve, reject, schedule, unschedule, send, pause, resume, cancel, retry_failed]
}

/// Performs an action on an announcement, once where the request names a key.
async fn act(
    service: &Announcements,
    officer: CanManageAnnouncements,
    caller: &RequestContext,
    key: &IdempotencyKey,
    id: Id,
    action: Action,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    Ok(service.act(officer.0, Trace::from(caller), ticket, id, action).await?.into())
}

/// Asks for the approval of somebody else, and says how large the mails are.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/submit", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Announcement)))]
pub async fn submit(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Submit(None)).await
}

/// Approves what somebody else wrote and submitted.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/approve", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = Approve,
    responses((status = 200, body = Announcement)))]
pub async fn approve(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Approve>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Approve(body.0)).await
}

/// Gives it back to its author.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/reject", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = GiveBack,
    responses((status = 200, body = Announcement)))]
pub async fn reject(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<GiveBack>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Reject(body.0)).await
}

/// Lets it begin by itself at an instant.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/schedule", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = Schedule,
    responses((status = 200, body = Announcement)))]
pub async fn schedule(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Json<Schedule>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Schedule(body.0, None)).await
}

/// Takes its time away; what was approved stays approved.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/unschedule", tag = "announcements",
    params(("id" = String, Path)), responses((status = 200, body = Announcement)))]
pub async fn unschedule(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Unschedule).await
}

/// Fixes the recipients and begins to send. The answer does not wait for mails.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/send", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 202, body = Announcement)))]
pub async fn send(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Send(None)).await
}

/// Halts it: within two seconds no more mail leaves.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/pause", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = GivenReason,
    responses((status = 200, body = Announcement)))]
pub async fn pause(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<GivenReason>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Pause(body.0.reason)).await
}

/// Lets it go on.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/resume", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Announcement)))]
pub async fn resume(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Resume).await
}

/// Ends it: what has not left never will.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/cancel", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = GivenReason,
    responses((status = 200, body = Announcement)))]
pub async fn cancel(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<GivenReason>,
) -> Result<HttpResponse, Error> {
    act(&service, officer, &caller, &key, *id, Action::Cancel(body.0.reason)).await
}

/// Tries those that failed once more, and no others.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/deliveries/retry-failed", tag = "announcements",
    params(("id" = String, Path)), responses((status = 202, body = Counts)))]
pub async fn retry_failed(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let counts = service.retry_failed(officer.user_id, Trace::from(&caller), *id).await?;
    Ok(HttpResponse::Accepted().json(counts))
}
