//! What is done with an announcement: `POST /announcements/{id}/…`.

use actix_web::{HttpResponse, web};

use super::RETRIED_AT_ONCE;
use crate::announcements::Desk;
use crate::announcements::rendering::Rendering;
use crate::announcements::types::{Announcement, Approve, Because, Schedule};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::json::MaybeJson;
use crate::http::problem::Problem;
use crate::http::{Caller, IdempotencyKey, Json};
use crate::idempotency::{Answer, Ticket};
use crate::identity::guards::Announcer;
use crate::mail::{Counts, batches};

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/announcements/{id}/submit").route(web::post().to(submit)))
        .service(web::resource("/announcements/{id}/approve").route(web::post().to(approve)))
        .service(web::resource("/announcements/{id}/reject").route(web::post().to(reject)))
        .service(web::resource("/announcements/{id}/schedule").route(web::post().to(schedule)))
        .service(web::resource("/announcements/{id}/unschedule").route(web::post().to(unschedule)))
        .service(web::resource("/announcements/{id}/send").route(web::post().to(send)))
        .service(web::resource("/announcements/{id}/pause").route(web::post().to(pause)))
        .service(web::resource("/announcements/{id}/resume").route(web::post().to(resume)))
        .service(web::resource("/announcements/{id}/cancel").route(web::post().to(cancel)))
        .service(web::resource("/announcements/{id}/deliveries/retry-failed").route(web::post().to(retry_failed)));
}

/// One unit of work on an announcement, done once where the request names a key.
async fn change(
    portal: &Portal,
    caller: &Caller,
    ticket: Option<Ticket>,
    status: u16,
    work: impl FnOnce(&Desk, &mut Conn) -> Result<Announcement, Error> + Send + 'static,
) -> Result<HttpResponse, Error> {
    let desk = portal.announcements_desk(caller);
    let changed = portal.once(ticket, move |conn| Answer::json(status, &work(&desk, conn)?)).await?;
    portal.stir();
    Ok(changed.into())
}

/// Asks for the approval of somebody else.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/submit", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn submit(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.submit(conn, id, by)).await
}

/// Approves what somebody else wrote and submitted.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/approve", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Approve, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn approve(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Approve>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.approve(conn, id, by, &body.0)).await
}

/// Gives it back to its author.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/reject", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Because, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn reject(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Because>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.reject(conn, id, by, body.0.reason.as_deref()))
        .await
}

/// Lets it begin by itself at an instant.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/schedule", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Schedule, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn schedule(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Json<Schedule>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.schedule(conn, id, by, &body.0)).await
}

/// Takes its time away; what was approved stays approved.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/unschedule", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn unschedule(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.unschedule(conn, id, by)).await
}

/// Fixes the recipients and begins to send. The answer does not wait for mails.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/send", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 202, body = Announcement), (status = "default", body = Problem)))]
pub async fn send(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    let rendering = Rendering::of(&portal.db, &portal.announcements_desk(&caller), id).await?;
    change(&portal, &caller, key.ticket(by), 202, move |desk, conn| desk.begin(conn, id, Some(by), &rendering)).await
}

/// Halts it: within two seconds no more mail leaves.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/pause", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Because, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn pause(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Because>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| {
        desk.pause(conn, id, Some(by), body.0.reason.as_deref())
    })
    .await
}

/// Lets it go on.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/resume", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn resume(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.resume(conn, id, by)).await
}

/// Ends it: what has not left never will.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/cancel", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Because, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn cancel(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Because>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    change(&portal, &caller, key.ticket(by), 200, move |desk, conn| desk.cancel(conn, id, by, body.0.reason.as_deref()))
        .await
}

/// Tries those that failed once more, and no others.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/deliveries/retry-failed", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 202, body = Counts), (status = "default", body = Problem)))]
pub async fn retry_failed(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (id, by) = (id.into_inner(), officer.user_id);
    loop {
        let desk = portal.announcements_desk(&caller);
        let mails = portal.db.write(move |conn| desk.retry_some(conn, id, by)).await?;
        if i64::try_from(mails).unwrap_or_default() < RETRIED_AT_ONCE {
            break;
        }
    }
    portal.stir();
    let counts = portal.db.read(move |conn| batches::counts(conn, id)).await?;
    Ok(HttpResponse::Accepted().json(counts))
}
