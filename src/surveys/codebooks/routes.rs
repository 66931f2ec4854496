//! `/surveys/{code}/versions/{n}/codebook.{json,csv,xlsx,xml}`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{CodebookDocument, CodebookFileQuery, CodebookFormat};
use crate::error::Error;
use crate::http::csv::{self, Separator};
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{File, Operations, Query, language_for, xlsx};
use crate::identity::guards::CanReadSurveys;
use crate::surveys::Surveys;
use crate::surveys::routes::{JSON, download};

/// The media type of DDI-Codebook.
const DDI: &str = "application/xml";

/// The operations of codebooks.
pub fn operations() -> Operations {
    operations![json, csv, xlsx, xml]
}

/// The codebook of a version: what each column of the answers holds, with one row for each respondent; in all languages
/// of the questionnaire.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.json", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = CodebookDocument, content_type = "application/json"),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn json(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    Ok(download(surveys.codebook(viewer.0, code, number, CodebookFormat::Json).await?, "json", JSON))
}

/// The same as comma-separated values: each column has a row, followed by a row for each of its values. Between the
/// cells stands what spreadsheet programs in the reader's language split at, or what `separator` asks for.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.csv", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path), CodebookFileQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn csv(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
    query: Query<CodebookFileQuery>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let separator = Separator::chosen(query.0.separator, language_for(&request, viewer.language));
    let codebook = surveys.codebook(viewer.0, code, number, CodebookFormat::Csv(separator));
    Ok(download(codebook.await?, "csv", csv::MEDIA_TYPE))
}

/// The same as a workbook with the sheets codebook, variables and values.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.xlsx", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn xlsx(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    Ok(download(surveys.codebook(viewer.0, code, number, CodebookFormat::Xlsx).await?, "xlsx", xlsx::MEDIA_TYPE))
}

/// The same as DDI-Codebook 2.5, the form in which archives of surveys keep codebooks.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}/codebook.xml", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = File, content_type = "application/xml"),
        (status = 422, body = Problem, description = "A draft has faults, or there are too many columns")))]
pub async fn xml(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    Ok(download(surveys.codebook(viewer.0, code, number, CodebookFormat::Ddi).await?, "xml", DDI))
}
