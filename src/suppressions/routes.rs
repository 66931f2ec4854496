//! `/suppressions`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{AddSuppression, Imported, RemoveSuppression, SuppressionFileQuery, SuppressionQuery};
use super::{Export, Suppressions, export_page, rules};
use crate::audit::Trace;
use crate::error::{Error, ProblemCode};
use crate::http::operations::operations;
use crate::http::{
    Cursor, Download, File, Json, List, Operations, PageRequest, Query, RequestContext, Upload, csv, language_for,
};
use crate::identity::guards::CanManageSuppressions;
use crate::mail::consent::Suppression;

/// Media types of a file.
const MEDIA_TYPES: [&str; 2] = ["text/csv", "application/octet-stream"];

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, add, remove, export, import]
}

/// Addresses that no announcement goes to, and why.
#[utoipa::path(get, path = "/api/v1/suppressions", tag = "bounces", params(SuppressionQuery),
    responses((status = 200, body = List<Suppression>)))]
pub async fn list(
    _: CanManageSuppressions,
    suppressions: web::Data<Suppressions>,
    request: HttpRequest,
    query: Query<SuppressionQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let after = page.after::<1>()?.map(|[address]| address);
    let prefix = rules::prefix(query.q.as_deref())?;
    let rows = suppressions.list(query.reason, prefix, after, page.rows()).await?;
    Ok(page.into_page(rows, |row| Cursor::after(&[&row.address]))?.respond(&request))
}

/// Suppresses an address: no announcement goes to it any more. What somebody asks for there is sent all the same.
#[utoipa::path(post, path = "/api/v1/suppressions", tag = "bounces", request_body = AddSuppression,
    responses((status = 201, body = Suppression)))]
pub async fn add(
    officer: CanManageSuppressions,
    suppressions: web::Data<Suppressions>,
    caller: RequestContext,
    body: Json<AddSuppression>,
) -> Result<HttpResponse, Error> {
    let address = rules::address(&body.0.address)?;
    Ok(HttpResponse::Created().json(suppressions.add(officer.user_id, Trace::from(&caller), address).await?))
}

/// Lets announcements go to an address again, whatever the reason was that they did not. Somebody's complaint is
/// somebody's wish: ask first.
#[utoipa::path(delete, path = "/api/v1/suppressions", tag = "bounces", params(RemoveSuppression),
    responses((status = 204)))]
pub async fn remove(
    officer: CanManageSuppressions,
    suppressions: web::Data<Suppressions>,
    caller: RequestContext,
    query: Query<RemoveSuppression>,
) -> Result<HttpResponse, Error> {
    let address = rules::address_in_query(&query.0.address)?;
    suppressions.remove(officer.user_id, Trace::from(&caller), address).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The whole list as CSV, in the form in which it can be brought back; between the cells stands what spreadsheet programs in the
/// reader's language split at, or what `separator` asks for.
#[utoipa::path(get, path = "/api/v1/suppressions.csv", tag = "bounces", params(SuppressionFileQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export(
    officer: CanManageSuppressions,
    suppressions: web::Data<Suppressions>,
    caller: RequestContext,
    request: HttpRequest,
    query: Query<SuppressionFileQuery>,
) -> Result<HttpResponse, Error> {
    let separator = csv::Separator::chosen(query.0.separator, language_for(&request, officer.language));
    let Export { under_way, download, at } = suppressions.begin_export(officer.user_id, Trace::from(&caller)).await?;
    let next = move |download: Download, after: Option<String>| async move {
        let rows = export_page(&download, after, at).await?;
        let Some(last) = rows.last().map(|row| row.address.clone()) else { return Ok(None) };
        Ok(Some((rows.iter().map(rules::cells).collect(), Some(last))))
    };
    csv::respond("suppressions.csv", (rules::COLUMNS.as_slice(), separator), under_way, download, None, next)
}

/// Suppresses the addresses of a CSV file, all or none: a column `address`, and a column `reason` where they are not
/// of the Secretariat's own (`hard_bounce`, `soft_bounces`, `complaint`, `manual`). Encoding and separator are found as those of a
/// sheet of invitations are; `charset=` of the media type says what the encoding is.
#[utoipa::path(post, path = "/api/v1/suppressions/import", tag = "bounces",
    request_body(content = File, content_type = "text/csv"), responses((status = 200, body = Imported)))]
pub async fn import(
    officer: CanManageSuppressions,
    suppressions: web::Data<Suppressions>,
    caller: RequestContext,
    body: Upload,
) -> Result<web::Json<Imported>, Error> {
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType);
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let admission = suppressions.admit_file(officer.user_id, &caller, body.expected(rules::MOST_BYTES)).await?;
    let charset = body.charset().map(str::to_owned);
    let file = body.read(rules::MOST_BYTES).await?;
    suppressions.import(admission, file, charset).await.map(web::Json)
}
