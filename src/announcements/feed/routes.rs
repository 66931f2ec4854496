//! `/announcements/feed.atom`.

use actix_web::http::header::{CACHE_CONTROL, EntityTag, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::rules::{Head, atom, mark};
use super::store::Public;
use super::types::FeedQuery;
use crate::app::Portal;
use crate::error::{Error, OrInternal as _};
use crate::http::fixed::Fixed;
use crate::http::problem::Problem;
use crate::http::{Query, etag, language};

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/announcements/feed.atom").route(web::get().to(feed)));
}

const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";
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
    let newest = portal.db.read(super::newest).await?;
    let community = portal.community.name.clone();
    let title = portal.catalogue.text(language, "feed-announcements", &[("community", community.clone())]);
    let head = Head { title, community, public_url: portal.outbox.letters().public_url().to_owned(), language };
    let mark = mark(&head, &newest);
    let tag = etag::of_bytes(&mark);
    let mut answer = if etag::is_known(&request, &tag) {
        etag::not_modified(&tag)
    } else {
        let make = render(&portal, head, newest, tag);
        portal.known.texts.feed(&mark, make).await?.respond(&request)
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding, accept-language"));
    Ok(answer)
}

/// Fifty texts are rendered: beside those who serve.
async fn render(portal: &Portal, head: Head, newest: Vec<Public>, tag: EntityTag) -> Result<Fixed, Error> {
    portal.metrics.rendered("feed");
    let language = head.language;
    let entries = portal.db.read(move |conn| super::entries(conn, newest, language)).await?;
    let feed = web::block(move || Fixed::tagged(MEDIA_TYPE, tag, atom(&head, &entries).into_bytes()));
    feed.await.or_internal()?
}
