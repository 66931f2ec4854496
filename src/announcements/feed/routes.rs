//! `/announcements/feed.atom`.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::FeedQuery;
use crate::announcements::Announcements;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Anyone, Operations, Query, etag, language};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![feed]
}

/// How long anybody may keep it.
const KEPT: &str = "public, max-age=300";

/// The newest 50 public announcements as an Atom feed (RFC 4287), for anybody.
#[utoipa::path(get, path = "/api/v1/announcements/feed.atom", tag = "announcements", params(FeedQuery),
    responses((status = 200, body = String, content_type = "application/atom+xml")))]
pub async fn feed(
    _: Anyone,
    service: web::Data<Announcements>,
    request: HttpRequest,
    query: Query<FeedQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.language.unwrap_or_else(|| language(&request));
    let feed = service.feed(language).await?;
    let tag = etag::of_bytes(&feed.mark);
    let mut answer = if etag::is_known(&request, &tag) {
        etag::not_modified(&tag)
    } else {
        service.render_feed(feed).await?.respond(&request)
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding, accept-language"));
    Ok(answer)
}
