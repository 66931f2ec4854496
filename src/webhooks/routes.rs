//! `/webhooks`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Webhooks;
use super::types::{AddWebhook, ChangeWebhook, Delivery, DeliveryQuery, WebhookList, WebhookView, WebhookWithSecret};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Cursor, IfMatch, Json, List, Operations, PageRequest, Query, RequestContext, etag};
use crate::identity::guards::{CanManageWebhooks, CanReadWebhooks};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, add, one, change, remove, rotate, ping, deliveries, redeliver]
}

/// All endpoints, the oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses((status = 200, body = WebhookList)))]
pub async fn list(_: CanReadWebhooks, webhooks: web::Data<Webhooks>) -> Result<web::Json<WebhookList>, Error> {
    webhooks.list().await.map(|data| web::Json(WebhookList { data }))
}

/// Adds an endpoint. Its secret is in this answer alone. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = AddWebhook,
    responses((status = 201, body = WebhookWithSecret)))]
pub async fn add(
    officer: CanManageWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    body: Json<AddWebhook>,
) -> Result<HttpResponse, Error> {
    let made = webhooks.add(officer.user_id, Trace::from(&caller), body.0).await?;
    let location = format!("/api/v1/webhooks/{}", made.webhook.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(made))
}

/// One endpoint.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookView)))]
pub async fn one(
    _: CanReadWebhooks,
    webhooks: web::Data<Webhooks>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &webhooks.get(*id).await?)
}

/// Changes an endpoint, switches it off and on. What waits for an endpoint that is switched off is given up. Wants a fresh
/// login.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", request_body = ChangeWebhook,
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = WebhookView)))]
pub async fn change(
    officer: CanManageWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Json<ChangeWebhook>,
) -> Result<HttpResponse, Error> {
    let changed = webhooks.change(officer.user_id, Trace::from(&caller), *id, body.0, seen).await?;
    etag::respond(&request, &changed)
}

/// Removes an endpoint, and everything that is known of what was sent to it. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn remove(
    officer: CanManageWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    webhooks.remove(officer.user_id, Trace::from(&caller), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret, which is in this answer alone. For a day the one before signs too, beside it. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookWithSecret)))]
pub async fn rotate(
    officer: CanManageWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<WebhookWithSecret>, Error> {
    webhooks.rotate(officer.user_id, Trace::from(&caller), *id).await.map(web::Json)
}

/// Sends `webhook.ping`, an event that means nothing, to see whether it arrives. So many in an hour, with what is sent once
/// more.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/ping", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 202, body = Delivery)))]
pub async fn ping(
    officer: CanReadWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Accepted().json(webhooks.ping(officer.user_id, Trace::from(&caller), *id).await?))
}

/// What was sent to an endpoint in the last thirty days, or is to be, the newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path), DeliveryQuery), responses((status = 200, body = List<Delivery>)))]
pub async fn deliveries(
    _: CanReadWebhooks,
    webhooks: web::Data<Webhooks>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let rows = webhooks.deliveries(*id, query.state, page.after_id()?, page.rows()).await?;
    Ok(page.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(&request))
}

/// Sends an event once more, under the same `webhook-id`, whatever came of it before. So many in an hour, with the pings.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "webhooks",
    params(("id" = String, Path), ("delivery" = String, Path)), responses((status = 202, body = Delivery)))]
pub async fn redeliver(
    officer: CanReadWebhooks,
    webhooks: web::Data<Webhooks>,
    caller: RequestContext,
    place: web::Path<(Id, Id)>,
) -> Result<HttpResponse, Error> {
    let (id, event) = place.into_inner();
    let tried = webhooks.redeliver(officer.user_id, Trace::from(&caller), id, event).await?;
    Ok(HttpResponse::Accepted().json(tried))
}
