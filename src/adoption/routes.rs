//! `/members/{code}/adoption`, `/technologies`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{Adopters, Adoption, GivenSet, Technologies, TechnologyQuery, With};
use super::{Desk, adopters as adopters_of, adoption, check_editor, member, technologies as list};
use crate::app::Portal;
use crate::audit::Trace;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Caller, IfMatch, Query, Unread, etag};
use crate::identity::guards::{AdoptionEditor, Member};

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/members/{code}/adoption").route(web::get().to(of_member)).route(web::put().to(replace)),
        )
        .service(web::resource("/technologies").route(web::get().to(technologies)))
        .service(web::resource("/technologies/{code}/adoption").route(web::get().to(adopters)));
}

/// What a member says of technologies.
#[utoipa::path(get, path = "/api/v1/members/{code}/adoption", tag = "technologies", security(("bearer" = [])),
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = Adoption), (status = 304, description = "As the client has it already"),
        (status = "default", body = Problem)))]
pub async fn of_member(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let read = move |conn: &mut _| {
        let organisation = member(conn, &code, &viewer)?;
        adoption(conn, &organisation)
    };
    etag::respond(&request, &portal.db.read(read).await?)
}

/// Says anew what a member does with technologies: the whole set. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/members/{code}/adoption", tag = "technologies", request_body = GivenSet,
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), ("If-Match" = String, Header)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Adoption), (status = 412, body = Problem), (status = 428, body = Problem),
        (status = "default", body = Problem)))]
pub async fn replace(
    officer: AdoptionEditor,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    code: web::Path<String>,
    wanted: IfMatch,
    body: Unread<GivenSet>,
) -> Result<HttpResponse, Error> {
    let (asked, asked_of) = (Arc::clone(&officer.0), code.clone());
    portal.db.read(move |conn| check_editor(conn, &asked_of, &asked).map(|_member| ())).await?;
    let given = body.read().await?;
    let desk = Desk { audit: portal.audit.clone(), trace: Trace::from(&caller), now: portal.clock.now() };
    let replaced = portal.db.write(move |conn| desk.replace(conn, &officer, &code, &given, &wanted)).await?;
    etag::respond(&request, &replaced)
}

/// The technologies that contacts and announcements can name; with `with=adoption`, how many members are how far.
#[utoipa::path(get, path = "/api/v1/technologies", tag = "technologies", params(TechnologyQuery),
    security(("bearer" = [])),
    responses((status = 200, body = Technologies), (status = "default", body = Problem)))]
pub async fn technologies(
    viewer: Member,
    portal: web::Data<Portal>,
    query: Query<TechnologyQuery>,
) -> Result<web::Json<Technologies>, Error> {
    let (counted, everything) = (query.0.with == Some(With::Adoption), viewer.is_secretariat());
    portal.db.read(move |conn| list(conn, counted, everything)).await.map(web::Json)
}

/// What every member says of a technology.
#[utoipa::path(get, path = "/api/v1/technologies/{code}/adoption", tag = "technologies", security(("bearer" = [])),
    params(("code" = String, Path)),
    responses((status = 200, body = Adopters), (status = "default", body = Problem)))]
pub async fn adopters(
    viewer: Member,
    portal: web::Data<Portal>,
    code: web::Path<String>,
) -> Result<web::Json<Adopters>, Error> {
    let everything = viewer.is_secretariat();
    portal.db.read(move |conn| adopters_of(conn, &code.to_lowercase(), everything)).await.map(web::Json)
}
