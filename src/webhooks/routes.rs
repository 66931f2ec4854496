//! `/webhooks`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{AddWebhook, ChangeWebhook, Delivery, DeliveryQuery, WebhookList, WebhookView, WebhookWithSecret};
use super::{Doing, store, view};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, IfMatch, Json, List, Query, etag};
use crate::identity::guards::{WebhookOfficer, WebhookReader};
use crate::policy::Principal;
use crate::throttle::Bucket;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/webhooks").route(web::get().to(list)).route(web::post().to(add)))
        .service(
            web::resource("/webhooks/{id}")
                .route(web::get().to(one))
                .route(web::patch().to(change))
                .route(web::delete().to(remove)),
        )
        .service(web::resource("/webhooks/{id}/rotate").route(web::post().to(rotate)))
        .service(web::resource("/webhooks/{id}/ping").route(web::post().to(ping)))
        .service(web::resource("/webhooks/{id}/deliveries").route(web::get().to(deliveries)))
        .service(web::resource("/webhooks/{id}/deliveries/{delivery}/redeliver").route(web::post().to(redeliver)));
}

fn doing(officer: &Principal, caller: &Caller) -> Doing {
    Doing { officer: officer.user_id, trace: Trace::from(caller) }
}

/// All endpoints, the oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = WebhookList), (status = "default", body = Problem)))]
pub async fn list(_: WebhookReader, portal: web::Data<Portal>) -> Result<web::Json<WebhookList>, Error> {
    let data = portal.db.read(|conn| store::views(conn, None)).await?;
    Ok(web::Json(WebhookList { data }))
}

/// Adds an endpoint. Its secret is in this answer alone. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = AddWebhook,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 201, body = WebhookWithSecret), (status = "default", body = Problem)))]
pub async fn add(
    officer: WebhookOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<AddWebhook>,
) -> Result<HttpResponse, Error> {
    let (webhooks, doing) = (portal.webhooks.clone(), doing(&officer, &caller));
    let made = portal.db.write(move |conn| webhooks.add(conn, &doing, &body.0)).await?;
    let location = format!("/api/v1/webhooks/{}", made.webhook.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(made))
}

/// One endpoint.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = WebhookView), (status = "default", body = Problem)))]
pub async fn one(
    _: WebhookReader,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let view = portal.db.read_snapshot(move |conn| view(conn, *id)).await?;
    etag::respond(&request, &view)
}

/// Changes an endpoint, switches it off and on. What waits for an endpoint that is switched off is given up. Wants a fresh
/// login.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", request_body = ChangeWebhook,
    params(("id" = String, Path), ("If-Match" = String, Header)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = WebhookView), (status = "default", body = Problem)))]
pub async fn change(
    officer: WebhookOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Json<ChangeWebhook>,
) -> Result<HttpResponse, Error> {
    let (webhooks, doing) = (portal.webhooks.clone(), doing(&officer, &caller));
    let view = portal.db.write(move |conn| webhooks.change(conn, &doing, *id, body.0, &seen)).await?;
    etag::respond(&request, &view)
}

/// Removes an endpoint, and everything that is known of what was sent to it. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn remove(
    officer: WebhookOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (webhooks, doing) = (portal.webhooks.clone(), doing(&officer, &caller));
    portal.db.write(move |conn| webhooks.remove(conn, &doing, *id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret, which is in this answer alone. For a day the one before signs too, beside it. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = WebhookWithSecret), (status = "default", body = Problem)))]
pub async fn rotate(
    officer: WebhookOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<WebhookWithSecret>, Error> {
    let (webhooks, doing) = (portal.webhooks.clone(), doing(&officer, &caller));
    portal.db.write(move |conn| webhooks.rotate(conn, &doing, *id)).await.map(web::Json)
}

/// Sends `webhook.ping`, an event that means nothing, to see whether it arrives. So many in an hour, with what is sent once
/// more.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/ping", tag = "webhooks", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 202, body = Delivery), (status = "default", body = Problem)))]
pub async fn ping(_: WebhookReader, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<HttpResponse, Error> {
    let (webhooks, throttle, id) = (portal.webhooks.clone(), Arc::clone(&portal.throttle), id.into_inner());
    let delivery = portal
        .db
        .write(move |conn| {
            throttle.charge(conn, Bucket::WebhookTry, &id.to_string())?;
            webhooks.ping(conn, id)
        })
        .await?;
    portal.events.ring();
    Ok(HttpResponse::Accepted().json(delivery))
}

/// What was sent to an endpoint in the last thirty days, or is to be, the newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path), DeliveryQuery), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Delivery>), (status = "default", body = Problem)))]
pub async fn deliveries(
    _: WebhookReader,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (before, fetch) = (page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            view(conn, *id)?;
            store::deliveries(conn, *id, query.state, before, fetch)
        })
        .await?;
    Ok(page.cut(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(&request))
}

/// Sends an event once more, under the same `webhook-id`, whatever came of it before. So many in an hour, with the pings.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "webhooks",
    params(("id" = String, Path), ("delivery" = String, Path)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 202, body = Delivery), (status = "default", body = Problem)))]
pub async fn redeliver(
    _: WebhookReader,
    portal: web::Data<Portal>,
    place: web::Path<(Id, Id)>,
) -> Result<HttpResponse, Error> {
    let (webhooks, throttle) = (portal.webhooks.clone(), Arc::clone(&portal.throttle));
    let (id, event) = place.into_inner();
    let delivery = portal
        .db
        .write(move |conn| {
            throttle.charge(conn, Bucket::WebhookTry, &id.to_string())?;
            webhooks.redeliver(conn, id, event)
        })
        .await?;
    portal.events.ring();
    Ok(HttpResponse::Accepted().json(delivery))
}
