//! `/announcements`: drafts, lists, previews and tests. The routes of actions are in `campaign`, those of deliveries in
//! `delivery_report`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Announcements;
use super::types::{Announcement, AnnouncementEntry, AnnouncementQuery, Compose, Preview, Revise, Test, TestOutcome};
use super::{campaign, delivery_report, feed, read_receipts};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::json::MaybeJson;
use crate::http::operations::operations;
use crate::http::{BodyLimit, Cursor, IdempotencyKey, Json, List, Operations, PageRequest, Query, RequestContext};
use crate::identity::guards::{ActiveContact, CanManageAnnouncements};

/// Six languages of the longest text there may be, in the widest script.
const BODY: BodyLimit = BodyLimit(524_288);

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![compose, list, one, revise, delete]
        .limited(BODY)
        .and(operations![preview, test])
        .and(feed::routes::operations())
        .and(delivery_report::routes::operations())
        .and(read_receipts::routes::operations())
        .and(campaign::routes::operations())
}

/// Begins an announcement as a draft.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "announcements", request_body = Compose,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = Announcement)))]
pub async fn compose(
    author: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Json<Compose>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(author.user_id);
    Ok(service.create(author.user_id, Trace::from(&caller), ticket, body.0).await?.into())
}

/// The Secretariat sees all announcements, members those that were sent to them; the newest first. With `unread` everybody sees
/// those addressed to oneself.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "announcements", params(AnnouncementQuery),
    responses((status = 200, body = List<AnnouncementEntry>)))]
pub async fn list(
    viewer: ActiveContact,
    service: web::Data<Announcements>,
    request: HttpRequest,
    query: Query<AnnouncementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let rows = service.list(viewer.0, query.status, query.unread, page.after_id()?, page.rows()).await?;
    Ok(page.into_page(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?.respond(&request))
}

/// One announcement.
#[utoipa::path(get, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Announcement)))]
pub async fn one(
    viewer: ActiveContact,
    service: web::Data<Announcements>,
    id: web::Path<Id>,
) -> Result<web::Json<Announcement>, Error> {
    service.get(viewer.0, *id).await.map(web::Json)
}

/// Changes an announcement that has not begun; it is a draft again, and needs its approval again. What is absent stays, and
/// what changes nothing leaves it as it is.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    request_body = Revise, responses((status = 200, body = Announcement)))]
pub async fn revise(
    author: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Json<Revise>,
) -> Result<web::Json<Announcement>, Error> {
    service.revise(author.user_id, Trace::from(&caller), *id, body.0, None).await.map(web::Json)
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    service.delete(officer.user_id, Trace::from(&caller), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Counts the recipients and renders the mail, and sends nothing.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/preview", tag = "announcements",
    params(("id" = String, Path)), responses((status = 200, body = Preview)))]
pub async fn preview(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    id: web::Path<Id>,
) -> Result<web::Json<Preview>, Error> {
    service.preview(officer.user_id, *id).await.map(web::Json)
}

/// Sends a test to oneself, or to others of the Secretariat: as somebody of the audience would read it, in each language, marked
/// `[TEST]`. It is counted nowhere.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/test", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = Test,
    responses((status = 202, body = TestOutcome)))]
pub async fn test(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Test>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    Ok(service.test(officer.user_id, Trace::from(&caller), ticket, *id, body.0).await?.into())
}
