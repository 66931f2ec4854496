//! `/members`: the list and the search.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{MemberEntry, MemberFilter, MemberMatch, MemberQuery};
use super::{Members, rules};
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Cursor, List, Operations, PageRequest, Query};
use crate::identity::guards::ActiveContact;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list]
}

/// Members in the order of their English names; where `q` is given, those that it may mean, the best first.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", params(MemberQuery),
    responses((status = 200, body = List<MemberEntry>)))]
pub async fn list(
    viewer: ActiveContact,
    members: web::Data<Members>,
    request: HttpRequest,
    query: Query<MemberQuery>,
) -> Result<HttpResponse, Error> {
    let Query(MemberQuery { q, region, limit, cursor }) = query;
    let page = PageRequest::of(&request, limit, cursor.as_deref())?;
    let filter = MemberFilter { regions: region, hidden: viewer.is_secretariat(), among: None };
    if let Some(text) = rules::search_text(q)? {
        let rows = members.search(filter, text, page.after::<3>()?).await?;
        let page = page.into_page(rows, |row| Cursor::after(&row.sort_key.each_ref().map(String::as_str)))?;
        let entry = |row: MemberMatch| MemberEntry { organisation: row.organisation, matched: vec![row.matched] };
        Ok(page.map(entry).respond(&request))
    } else {
        let rows = members.list(filter, page.after::<2>()?, page.rows()).await?;
        let page = page.into_page(rows, |(organisation, name)| Cursor::after(&[name, &organisation.code]))?;
        Ok(page.map(|(organisation, _)| MemberEntry { organisation, matched: Vec::new() }).respond(&request))
    }
}
