//! `/members` and `/technologies`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{MemberQuery, Organisation, Technologies};
use super::{get, store};
use crate::app::Portal;
use crate::error::Error;
use crate::http::{Asked, Cursor, List, Query};
use crate::identity::guards::Member;
use crate::text;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/members").route(web::get().to(list)))
        .service(web::resource("/members/{code}").route(web::get().to(one)))
        .service(web::resource("/technologies").route(web::get().to(technologies)));
}

/// Members in the order of their English names.
#[utoipa::path(get, path = "/api/v1/members", tag = "directory", params(MemberQuery), security(("bearer" = [])),
    responses((status = 200, body = List<Organisation>), (status = "default", body = crate::http::problem::Problem)))]
pub async fn list(
    _: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<MemberQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (after, fetch) = (page.after::<2>()?, page.rows());
    let words = text::words(query.q.as_deref().unwrap_or_default());
    let rows = portal
        .db
        .read(move |conn| {
            let after = after.as_ref().map(|[name, code]| (name.as_str(), code.as_str()));
            store::list(conn, &words, &query.region, after, fetch)
        })
        .await?;
    let page = page.cut(rows, |(organisation, sort_name)| Cursor::after(&[sort_name, &organisation.code]))?;
    Ok(page.map(|(organisation, _)| organisation).respond(&request))
}

/// One member.
#[utoipa::path(get, path = "/api/v1/members/{code}", tag = "directory", security(("bearer" = [])),
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = Organisation), (status = "default", body = crate::http::problem::Problem)))]
pub async fn one(
    _: Member,
    portal: web::Data<Portal>,
    code: web::Path<String>,
) -> Result<web::Json<Organisation>, Error> {
    let code = code.into_inner().to_ascii_uppercase();
    if !text::is_code(&code) {
        return Err(Error::not_found());
    }
    portal.db.read(move |conn| get(conn, &code)).await.map(web::Json)
}

/// The technologies that contacts and announcements can name.
#[utoipa::path(get, path = "/api/v1/technologies", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = Technologies), (status = "default", body = crate::http::problem::Problem)))]
pub async fn technologies(_: Member, portal: web::Data<Portal>) -> Result<web::Json<Technologies>, Error> {
    let data = portal.db.read(store::technologies).await?;
    Ok(web::Json(Technologies { data }))
}
