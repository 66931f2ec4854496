//! `/audit` and `/me/audit`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::rules;
use super::store;
use super::types::{AuditQuery, Scope, Stored};
use crate::app::Portal;
use crate::db::Id;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, Cursor, List, Query};
use crate::identity::guards::{AuditReader, CurrentUser};

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/audit").route(web::get().to(list)))
        .service(web::resource("/me/audit").route(web::get().to(own)));
}

/// What happened: all of it for the Secretariat and auditors; what concerns the own organisation for a coordinator, without the
/// networks of others.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery), security(("bearer" = [])),
    responses((status = 200, body = List<Stored>), (status = "default", body = Problem)))]
pub async fn list(
    reader: AuditReader,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Error> {
    let scope = rules::scope(&reader.0)?;
    page_of(&portal, &request, reader.user_id, scope, query.0).await
}

/// What concerns oneself, without the networks of others.
#[utoipa::path(get, path = "/api/v1/me/audit", tag = "me", params(AuditQuery), security(("bearer" = [])),
    responses((status = 200, body = List<Stored>), (status = "default", body = Problem)))]
pub async fn own(
    user: CurrentUser,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Error> {
    page_of(&portal, &request, user.user_id, Scope::Person(user.user_id), query.0).await
}

async fn page_of(
    portal: &Portal,
    request: &HttpRequest,
    reader: Id,
    scope: Scope,
    query: AuditQuery,
) -> Result<HttpResponse, Error> {
    let page = Asked::of(request, query.limit, query.cursor.as_deref())?;
    let (before, fetch) = (page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            let rows = store::list(conn, &scope, query.actor, query.subject, &query.action, before, fetch)?;
            Ok(rows.into_iter().map(|row| rules::shown(reader, &scope, row)).collect::<Vec<_>>())
        })
        .await?;
    Ok(page.cut(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(request))
}
