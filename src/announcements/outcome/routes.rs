//! What came of an announcement: counts, and each delivery.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::announcements::store;
use crate::announcements::types::DeliveryQuery;
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, Cursor, List, Query};
use crate::identity::guards::Announcer;
use crate::mail::{self, Counts, MailStatus, batches};

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/announcements/{id}/deliveries").route(web::get().to(deliveries)))
        .service(web::resource("/announcements/{id}/summary").route(web::get().to(summary)));
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

/// How many mails stand where. total = sent + failed + deferred + skipped + cancelled + pending, at any moment.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/summary", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Counts), (status = "default", body = Problem)))]
pub async fn summary(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Counts>, Error> {
    let id = id.into_inner();
    portal
        .db
        .read(move |conn| {
            exists(conn, id)?;
            batches::counts(conn, id)
        })
        .await
        .map(web::Json)
}

fn exists(conn: &mut Conn, id: Id) -> Result<(), Error> {
    store::find(conn, id)?.map(|_| ()).ok_or_else(Error::not_found)
}
