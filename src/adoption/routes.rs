//! `/members/{code}/adoption`, `/technologies`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::Adoptions;
use super::types::{Adopters, Adoption, Expansion, GivenSet, Technologies, TechnologyQuery};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{IfMatch, Operations, Query, RequestContext, Unread, etag};
use crate::identity::guards::{ActiveContact, CanEditAdoption};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![of_member, replace, technologies, adopters]
}

/// What a member says of technologies.
#[utoipa::path(get, path = "/api/v1/members/{code}/adoption", tag = "technologies",
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = Adoption), (status = 304, description = "As the client has it already")))]
pub async fn of_member(
    viewer: ActiveContact,
    adoptions: web::Data<Adoptions>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &adoptions.get(viewer.0, code.into_inner()).await?)
}

/// Says anew what a member does with technologies: the whole set. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/members/{code}/adoption", tag = "technologies", request_body = GivenSet,
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), ("If-Match" = String, Header)),
    responses((status = 200, body = Adoption), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn replace(
    officer: CanEditAdoption,
    adoptions: web::Data<Adoptions>,
    request: HttpRequest,
    caller: RequestContext,
    code: web::Path<String>,
    seen: IfMatch,
    body: Unread<GivenSet>,
) -> Result<HttpResponse, Error> {
    let code = code.into_inner();
    adoptions.check_editor(Arc::clone(&officer.0), code.clone()).await?;
    let given = body.read().await?;
    let replaced = adoptions.replace(officer.0, Trace::from(&caller), code, given, seen).await?;
    etag::respond(&request, &replaced)
}

/// The technologies that contacts and announcements can name; with `with=adoption`, how many members are how far.
#[utoipa::path(get, path = "/api/v1/technologies", tag = "technologies", params(TechnologyQuery),
    responses((status = 200, body = Technologies)))]
pub async fn technologies(
    viewer: ActiveContact,
    adoptions: web::Data<Adoptions>,
    query: Query<TechnologyQuery>,
) -> Result<web::Json<Technologies>, Error> {
    adoptions.technologies(viewer.0, query.0.with == Some(Expansion::Adoption)).await.map(web::Json)
}

/// What every member says of a technology.
#[utoipa::path(get, path = "/api/v1/technologies/{code}/adoption", tag = "technologies",
    params(("code" = String, Path)), responses((status = 200, body = Adopters)))]
pub async fn adopters(
    viewer: ActiveContact,
    adoptions: web::Data<Adoptions>,
    code: web::Path<String>,
) -> Result<web::Json<Adopters>, Error> {
    adoptions.adopters(viewer.0, code.to_lowercase()).await.map(web::Json)
}
