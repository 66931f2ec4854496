//! `/responses/{id}/files`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{FileQuery, FileUpload, ResponseFileList};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{File, Operations, Query, RequestContext, Upload, attachment, language};
use crate::identity::guards::{CanAnswerSurveys, CanReadResponseFiles};
use crate::responses::{Responses, WrittenAnswers};

/// The operations of files.
pub(in crate::responses) fn operations() -> Operations {
    operations![files, upload, download]
}

/// The files of a response.
#[utoipa::path(get, path = "/api/v1/responses/{id}/files", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = ResponseFileList)))]
pub async fn files(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(responses.files(viewer.0, *id).await?))
}

/// Hands in a file as the answer to a question, as the body itself: PDF, PNG or JPEG. A conflict is told in the answer;
/// the file is kept all the same.
#[utoipa::path(post, path = "/api/v1/responses/{id}/files", tag = "responses",
    params(("id" = String, Path), FileQuery),
    request_body(content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg"))),
    responses((status = 200, body = WrittenAnswers)))]
pub async fn upload(
    writer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<FileQuery>,
    body: Upload,
) -> Result<HttpResponse, Error> {
    let limit = responses.largest_file();
    let media_type = body.media_type().to_owned();
    let upload = FileUpload { response: *id, place: query.0, media_type, expected: body.expected(limit) };
    let admitted = responses.begin_upload(writer.0, caller, upload).await?;
    // Nothing is received before, and only as many bodies at once as there are slots.
    let content = body.read(limit).await?;
    Ok(HttpResponse::Ok().json(responses.finish_upload(admitted, content, language(&request)).await?))
}

/// A file of a response as a download. Each is written down.
#[utoipa::path(get, path = "/api/v1/responses/{id}/files/{file}", tag = "responses",
    params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")))))]
pub async fn download(
    reader: CanReadResponseFiles,
    responses: web::Data<Responses>,
    caller: RequestContext,
    place: web::Path<(Id, Id)>,
) -> Result<HttpResponse, Error> {
    let (id, file) = place.into_inner();
    let (file, content) = responses.file(reader.0, Trace::from(&caller), id, file).await?;
    Ok(attachment(file.kind.as_str(), &file.name, content))
}
