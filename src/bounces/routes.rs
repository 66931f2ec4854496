//! `/bounces`: reports from a mail service that sends them by HTTP, and the reports that were not understood.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::Bounces;
use super::report::MOST_BYTES;
use super::types::{UnreadList, UnreadPage, UnreadQuery};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::operations::operations;
use crate::http::pagination::respond;
use crate::http::{Anyone, Cursor, List, Operations, PageRequest, Query, Upload};
use crate::identity::guards::CanManageSuppressions;
use crate::mail::bounce_records::unread::UnreadText;

/// Media types of a report.
const MEDIA_TYPES: [&str; 2] = ["message/rfc822", "application/octet-stream"];

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![take, not_understood, not_understood_text]
}

/// What became of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// `counted`; `of_nothing` where it is about no mail of ours, or was counted before; `late`, `arrived`,
    /// `automatic` and `feedback` where it says nothing that counts; `not_understood`.
    pub outcome: &'static str,
}

/// Takes a report about a mail: the message itself, as the body. For whoever brings the token of the configuration
/// (`bounces.token`) as a bearer token; without one nobody may.
#[utoipa::path(post, path = "/api/v1/bounces", tag = "bounces", security(("bearer" = [])),
    request_body(content = Vec<u8>, content_type = "message/rfc822"), responses((status = 202, body = Received)))]
pub async fn take(
    _: Anyone,
    bounces: web::Data<Bounces>,
    request: HttpRequest,
    body: Upload,
) -> Result<HttpResponse, Error> {
    let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let none = || Error::unauthenticated(ProblemCode::LoginRequired).with("token", "configured");
    let token = sent.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(none)?;
    bounces.check_token(token)?;
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType);
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let message = body.read(MOST_BYTES).await?.to_vec();
    let outcome = bounces.take(message, bounces.via_elsewhere()).await?.as_str();
    Ok(HttpResponse::Accepted().json(Received { outcome }))
}

/// The messages of the last thirty days that came as reports about mails and that the portal did not understand, the newest first,
/// with their number in `total`, and in `left_out` how many more came than are kept. None of them counts; whoever looks after addresses
/// by hand begins here.
#[utoipa::path(get, path = "/api/v1/bounces/not-understood", tag = "bounces", params(UnreadQuery),
    responses((status = 200, body = UnreadList)))]
pub async fn not_understood(
    _: CanManageSuppressions,
    bounces: web::Data<Bounces>,
    request: HttpRequest,
    query: Query<UnreadQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let UnreadPage { rows, total, left_out } = bounces.not_understood(page.after_id()?, page.rows()).await?;
    let List { data, page, .. } = page.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let list = UnreadList { data, page, total, left_out };
    Ok(respond(&request, &list.page, &list))
}

/// What one of them says.
#[utoipa::path(get, path = "/api/v1/bounces/not-understood/{id}", tag = "bounces", params(("id" = String, Path)),
    responses((status = 200, body = UnreadText)))]
pub async fn not_understood_text(
    _: CanManageSuppressions,
    bounces: web::Data<Bounces>,
    id: web::Path<Id>,
) -> Result<web::Json<UnreadText>, Error> {
    bounces.not_understood_text(*id).await.map(web::Json)
}
