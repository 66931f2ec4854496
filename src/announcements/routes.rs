//! `/announcements`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::send as send_draft;
use super::types::{
    Announcement, AnnouncementEntry, AnnouncementQuery, AnnouncementStatus, Compose, DeliveryQuery, Preview, Revise,
};
use super::{create, delete as delete_draft, entries, preview as preview_of, read_as, revise as revise_draft, store};
use crate::app::Portal;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, BodyLimit, Caller, Cursor, IdempotencyKey, Json, List, Query};
use crate::idempotency::Answer;
use crate::identity::guards::{Announcer, Member};
use crate::mail::{self, Counts, MailStatus};

/// Six languages of the longest text there may be, in the widest script.
const BODY: BodyLimit = BodyLimit(524_288);

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
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
        .service(web::resource("/announcements/{id}/send").route(web::post().to(send)))
        .service(web::resource("/announcements/{id}/deliveries").route(web::get().to(deliveries)))
        .service(web::resource("/announcements/{id}/summary").route(web::get().to(summary)));
}

/// Begins an announcement as a draft.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "announcements", request_body = Compose,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = Announcement), (status = "default", body = Problem)))]
pub async fn compose(
    author: Announcer,
    portal: web::Data<Portal>,
    key: IdempotencyKey,
    body: Json<Compose>,
) -> Result<HttpResponse, Error> {
    let now = portal.clock.now();
    let (id, author, compose) = (Id::new(now, &portal.random), author.0.user_id, body.0);
    let write = move |conn: &mut Conn| {
        let draft = create(conn, id, author, &compose, now)?;
        Ok(Answer::json(201, &draft)?.at(format!("/api/v1/announcements/{id}")))
    };
    Ok(portal.once(key.ticket(author), write).await?.into())
}

/// The Secretariat sees all announcements, members those that were sent to them; the newest first.
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
            let rows = if viewer.is_secretariat() {
                store::list(conn, &query.status, before, fetch)?
            } else if query.status.is_empty() || query.status.contains(&AnnouncementStatus::Sent) {
                store::list_for(conn, viewer.user_id, before, fetch)?
            } else {
                Vec::new()
            };
            entries(conn, rows)
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
    id: web::Path<Id>,
) -> Result<web::Json<Announcement>, Error> {
    let id = id.into_inner();
    portal.db.read(move |conn| read_as(conn, id, &viewer)).await.map(web::Json)
}

/// Changes a draft. What is absent stays.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    request_body = Revise, security(("bearer" = [])),
    responses((status = 200, body = Announcement), (status = "default", body = Problem)))]
pub async fn revise(
    _: Announcer,
    portal: web::Data<Portal>,
    id: web::Path<Id>,
    body: Json<Revise>,
) -> Result<web::Json<Announcement>, Error> {
    let (id, now) = (id.into_inner(), portal.clock.now());
    portal.db.write(move |conn| revise_draft(conn, id, body.0, now)).await.map(web::Json)
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    security(("bearer" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn delete(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<HttpResponse, Error> {
    let id = id.into_inner();
    portal.db.write(move |conn| delete_draft(conn, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Counts the recipients and renders the mail, and sends nothing.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/preview", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Preview), (status = "default", body = Problem)))]
pub async fn preview(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Preview>, Error> {
    let (id, outbox) = (id.into_inner(), portal.outbox.clone());
    portal.db.read_snapshot(move |conn| preview_of(conn, id, &outbox)).await.map(web::Json)
}

/// Fixes the recipients and begins to send.
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
    let (id, outbox, now) = (id.into_inner(), portal.outbox.clone(), portal.clock.now());
    let (audit, trace) = (portal.audit.clone(), Trace::from(&caller));
    let entry = Entry::by(Event::AnnouncementSent, officer.user_id, id);
    let write = move |conn: &mut Conn| {
        audit.note(conn, &trace, &entry)?;
        Answer::json(202, &send_draft(conn, id, &outbox, now)?)
    };
    let sent = portal.once(key.ticket(officer.user_id), write).await?;
    portal.outbox.ring();
    Ok(sent.into())
}

/// Who was to get it, and where each mail stands.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/deliveries", tag = "announcements",
    params(("id" = String, Path), DeliveryQuery), security(("bearer" = [])),
    responses((status = 200, body = List<MailStatus>), (status = "default", body = Problem)))]
pub async fn deliveries(
    _: Announcer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (id, after, fetch) = (id.into_inner(), page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            exists(conn, id)?;
            mail::page(conn, id, query.state, after, fetch)
        })
        .await?;
    Ok(page.cut(rows, |status| Cursor::after(&[&status.id.to_string()]))?.respond(&request))
}

/// How many mails stand where. total = pending + deferred + sent + failed.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/summary", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Counts), (status = "default", body = Problem)))]
pub async fn summary(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Counts>, Error> {
    let id = id.into_inner();
    portal
        .db
        .read(move |conn| {
            exists(conn, id)?;
            mail::counts(conn, id)
        })
        .await
        .map(web::Json)
}

fn exists(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::find(conn, id)?.map(|_| ()).ok_or_else(Error::not_found)
}
