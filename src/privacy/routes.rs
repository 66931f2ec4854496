//! `/me/export`, `DELETE /me`, `/auth/keep-account`.

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{ExportFormat, ExportQuery, KeepLink, Leaving};
use super::{Export, ExportFile, Privacy};
use crate::audit::Trace;
use crate::error::{Error, FieldError};
use crate::http::guarded_body::GuardedBody;
use crate::http::negotiate::{Offer, choose};
use crate::http::operations::operations;
use crate::http::{Anyone, File, Json, Operations, Query, RequestContext};
use crate::identity::Done;
use crate::identity::guards::RecentlyAuthenticated;
use crate::text;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![everything, leave, keep_account]
}

const FORMATS: &[Offer<ExportFormat>] = &[
    Offer { media_type: "application/json", parameters: &[], value: ExportFormat::Json },
    Offer { media_type: "application/zip", parameters: &[], value: ExportFormat::Zip },
];

/// The format of the query, else the one that the client accepts.
fn format(request: &HttpRequest, query: &ExportQuery) -> Result<ExportFormat, Error> {
    match query.format.as_deref() {
        Some("json") => Ok(ExportFormat::Json),
        Some("zip") => Ok(ExportFormat::Zip),
        Some(other) => {
            let fault = text::unknown_value(other, ["json", "zip"]);
            Err(Error::bad_query(vec![FieldError { pointer: "format".to_owned(), ..fault }]))
        }
        None => {
            let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
            Ok(choose(accept, FORMATS).copied().unwrap_or(ExportFormat::Json))
        }
    }
}

/// Everything that is held about oneself, as JSON, or as a ZIP with those letters of nomination that the reader may read as
/// an officer. Wants a fresh login; is written down.
#[utoipa::path(get, path = "/api/v1/me/export", tag = "me", params(ExportQuery),
    responses((status = 200, content((Export = "application/json"), (File = "application/zip")))))]
pub async fn everything(
    user: RecentlyAuthenticated,
    privacy: web::Data<Privacy>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Error> {
    let format = format(&request, &query.0)?;
    let exported = Box::pin(privacy.export(user.0, Trace::from(&caller), format)).await?;
    Ok(file(format, exported))
}

/// The answer that is an export.
pub(super) fn file(format: ExportFormat, export: ExportFile) -> HttpResponse {
    let ExportFile { content, under_way } = export;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-store"));
    match format {
        ExportFormat::Json => answer.content_type("application/json"),
        ExportFormat::Zip => answer
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"personal-data.zip\""))
            .content_type("application/zip"),
    };
    answer.body(GuardedBody::new(content, under_way))
}

/// Asks to be erased. Every appointment ends at once and the account is closed; after the days of grace everything
/// personal is erased. The mailed link keeps the account until then. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me", tag = "me", responses((status = 202, body = Leaving)))]
pub async fn leave(
    user: RecentlyAuthenticated,
    privacy: web::Data<Privacy>,
    caller: RequestContext,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Accepted().json(privacy.leave(user.0, Trace::from(&caller)).await?))
}

/// Keeps an account that is about to be erased, with the link that was mailed.
#[utoipa::path(post, path = "/api/v1/auth/keep-account", tag = "identity", request_body = KeepLink,
    responses((status = 200, body = Done)))]
pub async fn keep_account(
    _: Anyone,
    privacy: web::Data<Privacy>,
    caller: RequestContext,
    body: Json<KeepLink>,
) -> Result<web::Json<Done>, Error> {
    privacy.keep(&caller, body.0.token).await?;
    Ok(web::Json(Done { status: "account_kept" }))
}
