//! `/releases/{id}/results.{csv,xlsx}`, `/releases/{id}/sdmx.csv`, `/releases/{id}/charts/{question}.svg`, and
//! `/rounds/{id}/microdata.{csv,xlsx}`.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use survey_results::writers::chart::style;

use super::types::{ChartOf, ChartQuery, ReleaseFile, ResultsFileQuery, ResultsFormat, TableFormat};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::csv::Separator;
use crate::http::fixed::respond_marked;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{File, Operations, Query, RequestContext, etag, language};
use crate::i18n::Language;
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};
use crate::releases::{ReleaseForm, Releases};
use crate::secrets::fingerprint;

/// The operations of files.
pub fn operations() -> Operations {
    operations![results_csv, results_xlsx, results_sdmx, results_chart, microdata_csv, microdata_xlsx]
}

/// The figures of a release as comma-separated values: a row for each, with codes and labels. A hidden count has no
/// value. Between the cells stands what spreadsheet programs in the reader's language split at, or what `separator`
/// asks for.
#[utoipa::path(get, path = "/api/v1/releases/{id}/results.csv", tag = "results",
    params(("id" = String, Path), ("separator" = Option<String>, Query), ("lang" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 304)))]
pub async fn results_csv(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
    query: Query<ResultsFileQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.lang.unwrap_or_else(|| language(&request));
    let format = ResultsFormat::Table(TableFormat::Csv(Separator::chosen(query.0.separator, language)));
    let form = ReleaseForm::File(format, language);
    let asked = releases.asked(reader.as_deref(), release.into_inner(), form).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/v1/releases/{id}/results.xlsx", tag = "results",
    params(("id" = String, Path), ("lang" = Option<String>, Query)),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 304)))]
pub async fn results_xlsx(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
    query: Query<ResultsFileQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.lang.unwrap_or_else(|| language(&request));
    let form = ReleaseForm::File(ResultsFormat::Table(TableFormat::Xlsx), language);
    let asked = releases.asked(reader.as_deref(), release.into_inner(), form).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// The counts and shares of a release as SDMX-CSV 2.0, in codes. A hidden count has no value and the marks `Q` and
/// `C`.
#[utoipa::path(get, path = "/api/v1/releases/{id}/sdmx.csv", tag = "results", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 304)))]
pub async fn results_sdmx(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    // Codes alone, which are the same in each language.
    let form = ReleaseForm::File(ResultsFormat::Sdmx, Language::En);
    let asked = releases.asked(reader.as_deref(), release.into_inner(), form).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// The chart of a question, or of a row of a matrix, of all respondents or by `region`: SVG with a title and a
/// description, for light and dark.
#[utoipa::path(get, path = "/api/v1/releases/{id}/charts/{question}.svg", tag = "results",
    params(("id" = String, Path), ("question" = String, Path), ("by" = Option<String>, Query),
        ("lang" = Option<String>, Query)),
    responses((status = 200, body = File, content_type = "image/svg+xml"), (status = 304)))]
pub async fn results_chart(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    place: web::Path<(Id, String)>,
    query: Query<ChartQuery>,
) -> Result<HttpResponse, Error> {
    let (id, question) = place.into_inner();
    let language = query.0.lang.unwrap_or_else(|| language(&request));
    let form = ReleaseForm::Chart(question, query.0.by.unwrap_or(ChartOf::All), language);
    let asked = releases.asked(reader.as_deref(), id, form).await?;
    let mut answer = respond_marked(&request, asked.mark(), releases.answer(&asked)).await?;
    // Nothing but the style sheet that all charts share.
    let hash = BASE64_STANDARD.encode(fingerprint(&style()));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; sandbox");
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).or_internal()?);
    Ok(answer)
}

/// The answers of a round as they are submitted at present, a row for each respondent and a column for each of the
/// codebook: of the questions that may be seen by name. In place of a value stands `.n` (no answer), `.s` (not asked)
/// or `.d` (not to be shown).
#[utoipa::path(get, path = "/api/v1/rounds/{id}/microdata.csv", tag = "results",
    params(("id" = String, Path), ("separator" = Option<String>, Query), ("lang" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 422, body = Problem, description = "There are too many columns")))]
pub async fn microdata_csv(
    officer: CanManageSurveys,
    releases: web::Data<Releases>,
    caller: RequestContext,
    request: HttpRequest,
    round: web::Path<Id>,
    query: Query<ResultsFileQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.lang.unwrap_or_else(|| language(&request));
    let format = TableFormat::Csv(Separator::chosen(query.0.separator, language));
    let trace = Trace::from(&caller);
    let file = releases.microdata(officer.0, trace, round.into_inner(), format, language).await?;
    respond(&request, file)
}

/// The same as a workbook with the sheets data and labels.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/microdata.xlsx", tag = "results",
    params(("id" = String, Path), ("lang" = Option<String>, Query)),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 422, body = Problem, description = "There are too many columns")))]
pub async fn microdata_xlsx(
    officer: CanManageSurveys,
    releases: web::Data<Releases>,
    caller: RequestContext,
    request: HttpRequest,
    round: web::Path<Id>,
    query: Query<ResultsFileQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.lang.unwrap_or_else(|| language(&request));
    let trace = Trace::from(&caller);
    let file = releases.microdata(officer.0, trace, round.into_inner(), TableFormat::Xlsx, language).await?;
    respond(&request, file)
}

/// A file to be stored, which is made for one reader.
fn respond(request: &HttpRequest, file: ReleaseFile) -> Result<HttpResponse, Error> {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let mut answer = etag::respond_bytes(request, file.media_type, file.content);
    answer.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).or_internal()?);
    Ok(answer)
}
