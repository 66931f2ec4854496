//! `/contacts`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{Contact, ContactQuery, Filter};
use super::{rules, store};
use crate::app::Portal;
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::http::page::{self, bad_cursor};
use crate::http::problem::Problem;
use crate::http::{Cursor, List, Query};
use crate::identity::guards::Member;
use crate::text;

/// Most characters of a search.
const MAX_SEARCH: usize = 200;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/contacts").route(web::get().to(list)))
        .service(web::resource("/contacts/{id}").route(web::get().to(one)));
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
    let (limit, cursor) = page::bounds(query.0.limit, query.0.cursor.as_deref())?;
    let filter = filter(query.0)?;
    let rows = portal
        .db
        .read(move |conn| {
            let keys = cursor.as_ref().map(Cursor::keys::<2>).transpose()?;
            let after = match keys {
                Some([name, id]) => Some((name.as_str(), id.parse::<Id>().map_err(|_foreign| bad_cursor())?)),
                None => None,
            };
            store::page(conn, &filter, after, i64::from(limit) + 1)
        })
        .await?;
    let page = List::cut(rows, limit, |(row, _)| Cursor::after(&[&row.sort_name, &row.id.to_string()]));
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

fn filter(query: ContactQuery) -> Result<Filter, Error> {
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
