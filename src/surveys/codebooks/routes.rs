//! `/surveys/{code}/versions/{n}/codebook.{json,csv,xlsx,xml}`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{CodebookDocument, CodebookFileQuery, CodebookFormat};
use crate::error::Error;
use crate::http::csv::Separator;
use crate::http::fixed::respond_marked;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{File, Operations, Query, language, language_for};
use crate::identity::guards::CanReadSurveys;
use crate::surveys::{Surveys, VersionForm};

/// The operations of codebooks.
pub fn operations() -> Operations {
    operations![json, csv, xlsx, xml]
}

/// The codebook of a version: what each column of the answers holds, with one row for each respondent; in all languages
/// of the questionnaire.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.json", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = CodebookDocument, content_type = "application/json"),
        (status = 304),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn json(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    respond(&viewer, &surveys, &request, place.into_inner(), CodebookFormat::Json).await
}

/// The same as comma-separated values: each column has a row, followed by a row for each of its values. Between the
/// cells stands what spreadsheet programs in the reader's language split at, or what `separator` asks for.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.csv", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path), CodebookFileQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 304),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn csv(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
    query: Query<CodebookFileQuery>,
) -> Result<HttpResponse, Error> {
    let separator = Separator::chosen(query.0.separator, language_for(&request, viewer.language));
    respond(&viewer, &surveys, &request, place.into_inner(), CodebookFormat::Csv(separator)).await
}

/// The same as a workbook with the sheets codebook, variables and values.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.xlsx", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 304),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn xlsx(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    respond(&viewer, &surveys, &request, place.into_inner(), CodebookFormat::Xlsx).await
}

/// The same as DDI-Codebook 2.5, the form in which archives of surveys keep codebooks.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.xml", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = File, content_type = "application/xml"),
        (status = 304),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn xml(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    respond(&viewer, &surveys, &request, place.into_inner(), CodebookFormat::Ddi).await
}

async fn respond(
    viewer: &CanReadSurveys,
    surveys: &Surveys,
    request: &HttpRequest,
    (code, number): (String, i32),
    format: CodebookFormat,
) -> Result<HttpResponse, Error> {
    let asked = surveys.asked(viewer.0.clone(), code, number, VersionForm::Codebook(format)).await?;
    respond_marked(request, asked.mark(), surveys.answer(viewer.user_id, &asked, language(request))).await
}
