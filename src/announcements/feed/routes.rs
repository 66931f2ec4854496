//! `/announcements/feed.atom`.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::rules::{Head, atom};
use super::types::FeedQuery;
use crate::app::Portal;
use crate::error::{Error, OrInternal as _};
use crate::http::problem::Problem;
use crate::http::{Query, etag, language};

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/announcements/feed.atom").route(web::get().to(feed)));
}

/// How long anybody may keep it.
const KEPT: &str = "public, max-age=300";

/// The newest 50 public announcements as an Atom feed (RFC 4287), for anybody.
#[utoipa::path(get, path = "/api/v1/announcements/feed.atom", tag = "announcements", params(FeedQuery),
    responses((status = 200, body = String, content_type = "application/atom+xml"),
        (status = "default", body = Problem)))]
pub async fn feed(
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<FeedQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.language.unwrap_or_else(|| language(&request));
    let entries = portal.db.read(move |conn| super::entries(conn, language)).await?;
    let community = portal.community.name.clone();
    let title = portal.catalogue.text(language, "feed-announcements", &[("community", community.clone())]);
    let head = Head { title, community, public_url: portal.outbox.letters().public_url().to_owned(), language };
    // Fifty texts are rendered: beside those who serve.
    let feed = web::block(move || atom(&head, &entries)).await.or_internal()?;
    let mut answer = etag::respond_bytes(&request, "application/atom+xml; charset=utf-8", feed.into_bytes());
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept-language"));
    Ok(answer)
}
