//! `/changes`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{ChangeList, ChangesQuery, Entry, FeedPage};
use super::{ChangeFeed, rules};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::pagination::{self, PageInfo};
use crate::http::{List, Operations, Query, RequestContext};
use crate::identity::guards::ActiveContact;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list]
}

/// What changed since, the oldest change first; a subject comes once a page, as it is now, where something changed that you may see. Contacts count against the day's
/// quota. 410 where one has to start anew, without `since`: after 90 days, or when one may see something else than then.
#[utoipa::path(get, path = "/api/v1/changes", tag = "directory", params(ChangesQuery),
    responses((status = 200, body = ChangeList<Entry>)))]
pub async fn list(
    viewer: ActiveContact,
    feed: web::Data<ChangeFeed>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse, Error> {
    let limit = rules::limit(query.0.limit)?;
    let (trace, token) = (Trace::from(&caller), rules::token(query.0));
    let FeedPage { entries, since, is_full } = feed.page(viewer.0, trace, token, limit).await?;
    let info = PageInfo { limit, next_cursor: is_full.then(|| since.clone()) };
    let list = List { data: entries, page: info, total: None, facets: None };
    let body = ChangeList { list, since };
    Ok(pagination::respond(&request, &body.list.page, &body))
}
