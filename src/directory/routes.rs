//! `/contacts`.

use actix_web::guard::fn_guard;
use actix_web::http::header::VARY;
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, web};

use super::formats::routes as formats;
use super::types::{Contact, ContactQuery, Filter};
use super::{rules, store};
use crate::app::Portal;
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::http::page::bad_cursor;
use crate::http::problem::Problem;
use crate::http::{Asked, Cursor, List, Query};
use crate::identity::guards::Member;
use crate::text;

/// Most characters of a search.
const MAX_SEARCH: usize = 200;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/contacts")
                .wrap(DefaultHeaders::new().add((VARY, "accept")))
                .route(web::get().guard(fn_guard(formats::wants_another_list)).to(formats::list_as))
                .route(web::get().to(list)),
        )
        .service(
            web::resource("/contacts/{id}")
                .wrap(DefaultHeaders::new().add((VARY, "accept")))
                .route(web::get().guard(fn_guard(formats::wants_another_one)).to(formats::one_as))
                .route(web::get().to(one)),
        );
}

/// Contacts in the order of their names.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "directory", params(ContactQuery), security(("bearer" = [])),
    responses((status = 200, body = List<Contact>), (status = "default", body = Problem)))]
pub async fn list(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let page = Asked::of(&request, query.0.limit, query.0.cursor.as_deref())?;
    let (after, fetch) = (page.after::<2>()?, page.rows());
    let filter = filter(query.0)?;
    let rows = portal
        .db
        .read(move |conn| {
            let after = match &after {
                Some([name, id]) => Some((name.as_str(), id.parse::<Id>().map_err(|_foreign| bad_cursor())?)),
                None => None,
            };
            store::page(conn, &filter, after, fetch)
        })
        .await?;
    let page = page.cut(rows, |(row, _)| Cursor::after(&[&row.sort_name, &row.id.to_string()]))?;
    Ok(page.map(|(row, member)| rules::shown_to(&viewer, row, member)).respond(&request))
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "directory", security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Contact), (status = "default", body = Problem)))]
pub async fn one(viewer: Member, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Contact>, Error> {
    let id = id.into_inner();
    let (row, member) = portal.db.read(move |conn| store::find(conn, id)).await?.ok_or_else(Error::not_found)?;
    Ok(web::Json(rules::shown_to(&viewer, row, member)))
}

pub(super) fn filter(query: ContactQuery) -> Result<Filter, Error> {
    let search = query.q.unwrap_or_default();
    if search.chars().count() > MAX_SEARCH {
        return Err(Error::bad_query(vec![Fault::new("q", "too_long").with("max", MAX_SEARCH)]));
    }
    for (parameter, codes) in
        [("member", &query.member), ("language", &query.language), ("technology", &query.technology)]
    {
        if let Some(code) = codes.iter().find(|code| !text::is_code(code)) {
            let fault = Fault::new(parameter, "bad_code").with("value", text::shown(code));
            return Err(Error::bad_query(vec![fault]));
        }
    }
    Ok(Filter {
        words: text::words(&search),
        regions: query.region,
        members: query.member.iter().map(|code| code.to_ascii_uppercase()).collect(),
        roles: query.role,
        languages: query.language.iter().map(|code| code.to_lowercase()).collect(),
        technologies: query.technology.iter().map(|code| code.to_lowercase()).collect(),
    })
}
