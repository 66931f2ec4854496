//! `/announcements`: writing and reading. What is done with one is in `campaign`, what came of it in `outcome`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::rendering::{Legible, Rendering};
use super::types::{Announcement, AnnouncementEntry, AnnouncementQuery, Compose, Preview, Revise, Test, Tested};
use super::{campaign, entries, feed, outcome, reading, store, writing};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::json::MaybeJson;
use crate::http::problem::Problem;
use crate::http::{Asked, BodyLimit, Caller, Cursor, IdempotencyKey, Json, List, Query};
use crate::idempotency::Answer;
use crate::identity::guards::{Announcer, Member};

/// Six languages of the longest text there may be, in the widest script.
const BODY: BodyLimit = BodyLimit(524_288);

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        // Before the announcements by their ids.
        .configure(feed::routes::routes)
        .service(
            web::resource("/announcements").app_data(BODY).route(web::post().to(compose)).route(web::get().to(list)),
        )
        .service(
            web::resource("/announcements/{id}")
                .app_data(BODY)
                .route(web::get().to(one))
                .route(web::patch().to(revise))
                .route(web::delete().to(delete)),
        )
        .service(web::resource("/announcements/{id}/preview").route(web::post().to(preview)))
        .service(web::resource("/announcements/{id}/test").route(web::post().to(test)))
        .configure(outcome::routes::routes)
        .configure(reading::routes::routes)
        .configure(campaign::routes::routes);
}

/// Begins an announcement as a draft.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "announcements", request_body = Compose,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = Announcement), (status = "default", body = Problem)))]
pub async fn compose(
    author: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<Compose>,
) -> Result<HttpResponse, Error> {
    let desk = portal.announcements_desk(&caller);
    let (id, author) = (Id::new(desk.now, &portal.random), author.user_id);
    let compose = Legible::composed(body.0).await?;
    let write = move |conn: &mut Conn| {
        let draft = desk.create(conn, id, author, compose)?;
        Ok(Answer::json(201, &draft)?.at(format!("/api/v1/announcements/{id}")))
    };
    Ok(portal.once(key.ticket(author), write).await?.into())
}

/// The Secretariat sees all announcements, members those that were sent to them; the newest first. With `unread` everybody sees
/// those addressed to oneself.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "announcements", params(AnnouncementQuery),
    security(("bearer" = [])),
    responses((status = 200, body = List<AnnouncementEntry>), (status = "default", body = Problem)))]
pub async fn list(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<AnnouncementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (before, fetch) = (page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            let rows = if viewer.is_secretariat() && query.unread.is_none() {
                store::list(conn, &query.status, before, fetch)?
            } else {
                reading::list_for(conn, viewer.user_id, &query.status, query.unread, before, fetch)?
            };
            entries(conn, rows, viewer.user_id)
        })
        .await?;
    Ok(page.cut(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?.respond(&request))
}

/// One announcement.
#[utoipa::path(get, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn one(
    viewer: Member,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Announcement>, Error> {
    let (id, desk) = (id.into_inner(), portal.announcements_desk(&caller));
    portal.db.read(move |conn| desk.read_as(conn, id, &viewer)).await.map(web::Json)
}

/// Changes an announcement that has not begun; it is a draft again, and needs its approval again. What is absent stays.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    request_body = Revise, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn revise(
    author: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Json<Revise>,
) -> Result<web::Json<Announcement>, Error> {
    let (id, desk, author) = (id.into_inner(), portal.announcements_desk(&caller), author.user_id);
    let revise = Legible::revised(body.0).await?;
    portal.db.write(move |conn| desk.revise(conn, id, author, revise)).await.map(web::Json)
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    security(("bearer" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn delete(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<HttpResponse, Error> {
    let id = id.into_inner();
    portal.db.write(move |conn| writing::delete(conn, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Counts the recipients and renders the mail, and sends nothing.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/preview", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Preview), (status = "default", body = Problem)))]
pub async fn preview(
    _: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Preview>, Error> {
    let (id, desk) = (id.into_inner(), portal.announcements_desk(&caller));
    let planned = portal.db.read_snapshot(move |conn| desk.preview(conn, id)).await?;
    planned.rendered().await.map(web::Json)
}

/// Sends a test to oneself, or to others of the Secretariat: as somebody of the audience would read it, in each language, marked
/// `[TEST]`. It is counted nowhere.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/test", tag = "announcements",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = Test, security(("bearer" = [])),
    responses((status = 202, body = Tested), (status = "default", body = Problem)))]
pub async fn test(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: MaybeJson<Test>,
) -> Result<HttpResponse, Error> {
    let (id, desk, by) = (id.into_inner(), portal.announcements_desk(&caller), officer.user_id);
    let rendering = Rendering::of(&portal.db, &desk, id).await?;
    let write = move |conn: &mut Conn| Answer::json(202, &desk.test(conn, id, by, &body.0, &rendering)?);
    let tested = portal.once(key.ticket(by), write).await?;
    portal.outbox.ring();
    Ok(tested.into())
}
