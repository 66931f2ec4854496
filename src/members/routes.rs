//! `/members`: the list and the search.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};

use super::names::Placed;
use super::store::{self, Which};
use super::types::{MemberEntry, MemberQuery, Organisation};
use super::{KnownNames, MAX_SEARCH};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Asked, Cursor, List, Query};
use crate::identity::guards::Member;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/members").route(web::get().to(list)));
}

/// Members in the order of their English names; where `q` is given, those that it may mean, the best first.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", params(MemberQuery), security(("bearer" = [])),
    responses((status = 200, body = List<MemberEntry>), (status = "default", body = Problem)))]
pub async fn list(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<MemberQuery>,
) -> Result<HttpResponse, Error> {
    let Query(MemberQuery { q, region, limit, cursor }) = query;
    let page = Asked::of(&request, limit, cursor.as_deref())?;
    let which = Which { regions: region, hidden: viewer.is_secretariat(), among: None };
    match q.filter(|text| !text.trim().is_empty()) {
        Some(text) if text.chars().count() > MAX_SEARCH => {
            Err(Error::bad_query(vec![Fault::new("q", "too_long").with("max", MAX_SEARCH)]))
        }
        Some(text) => {
            let names = portal.known.names.clone();
            let after = page.after::<3>()?;
            let rows = portal.db.read(move |conn| found(conn, &names, &text, which, after.as_ref())).await?;
            let page = page.cut(rows, |(_, placed)| place(placed))?;
            let entry =
                |(organisation, placed): (_, Placed)| MemberEntry { organisation, matched: vec![placed.found.matched] };
            Ok(page.map(entry).respond(&request))
        }
        None => {
            let (after, fetch) = (page.after::<2>()?, page.rows());
            let rows = portal
                .db
                .read(move |conn| {
                    let after = after.as_ref().map(|[name, code]| (name.as_str(), code.as_str()));
                    store::list(conn, &which, after, fetch)
                })
                .await?;
            let page = page.cut(rows, |(organisation, name)| Cursor::after(&[name, &organisation.code]))?;
            Ok(page.map(|(organisation, _)| MemberEntry { organisation, matched: Vec::new() }).respond(&request))
        }
    }
}

/// What the search found after the cursor: all of it, since two hundred rows are less than a page of contacts.
fn found(
    conn: &mut Conn,
    names: &KnownNames,
    text: &str,
    which: Which,
    after: Option<&[String; 3]>,
) -> Result<Vec<(Organisation, Placed)>, Error> {
    let after = after.map(|[rank, name, code]| (rank, name, code));
    let mut placed = names.current(conn)?.place(text);
    placed.retain(|placed| after.is_none_or(|after| (&placed.rank, &placed.sort_name, &placed.found.code) > after));
    let among = Some(placed.iter().map(|placed| placed.found.organisation).collect());
    let rows = store::list(conn, &Which { among, ..which }, None, i64::MAX)?;
    let mut rows: HashMap<Id, Organisation> = rows.into_iter().map(|(row, _)| (row.id, row)).collect();
    Ok(placed.into_iter().filter_map(|p| rows.remove(&p.found.organisation).map(|row| (row, p))).collect())
}

fn place(placed: &Placed) -> Cursor {
    Cursor::after(&[&placed.rank, &placed.sort_name, &placed.found.code])
}
