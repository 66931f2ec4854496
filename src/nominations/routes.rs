//! `/appointments/{id}/nomination`.

use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, web};

use super::Nominations;
use super::types::{LetterQuery, LetterType, LetterUpload, Nomination, Statement};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::operations::operations;
use crate::http::{File, IfMatch, Operations, Query, RequestContext, Unread, Upload, attachment, etag};
use crate::identity::guards::{Authenticated, CanReadLetters};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![read, change, upload, download, remove]
}

/// The nomination behind an appointment; an empty one where nothing is known. For officers, and until the case is decided
/// for whoever is nominated.
#[utoipa::path(get, path = "/api/v1/appointments/{id}/nomination", tag = "nominations", params(("id" = String, Path)),
    responses((status = 200, body = Nomination), (status = 304)))]
pub async fn read(
    viewer: Authenticated,
    nominations: web::Data<Nominations>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &nominations.get(viewer.0, *id).await?)
}

/// Writes down who nominated the person, in which letter of which day.
#[utoipa::path(put, path = "/api/v1/appointments/{id}/nomination", tag = "nominations",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "The ETag of the nomination, also of an empty one")),
    request_body = Statement, responses((status = 200, body = Nomination)))]
pub async fn change(
    writer: Authenticated,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    wanted: IfMatch,
    id: web::Path<Id>,
    body: Unread<Statement>,
) -> Result<HttpResponse, Error> {
    nominations.check_change(writer.0.clone(), *id).await?;
    let form = body.read().await?;
    tagged(&nominations.change(writer.0, Trace::from(&caller), *id, wanted, &form).await?)
}

/// Hands in the letter, as the body itself: PDF, PNG or JPEG. It takes the place of one that is there.
#[utoipa::path(put, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path), LetterQuery, ("If-Match" = String, Header, description = "The ETag of the nomination, also of an empty one")),
    request_body(content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg"))),
    responses((status = 200, body = Nomination)))]
pub async fn upload(
    writer: Authenticated,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    wanted: IfMatch,
    id: web::Path<Id>,
    query: Query<LetterQuery>,
    body: Upload,
) -> Result<HttpResponse, Error> {
    nominations.check_upload(writer.0.clone(), *id, wanted.clone()).await?;
    let media_type = media_type(&body)?;
    let (limit, name) = (nominations.largest(), query.0.name);
    let upload = LetterUpload { appointment: *id, wanted, media_type, name, expected: body.expected(limit) };
    let admitted = nominations.begin_upload(writer.0, caller, upload).await?;
    // Nothing is received before, and only as many bodies at once as there are slots.
    let content = body.read(limit).await?;
    tagged(&nominations.finish_upload(admitted, content).await?)
}

/// The letter as a download. Each is written down.
#[utoipa::path(get, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path)),
    responses((status = 200, content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")))))]
pub async fn download(
    officer: CanReadLetters,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (letter, content) = nominations.download(officer.0, Trace::from(&caller), *id).await?;
    Ok(attachment(letter.kind.as_str(), &letter.name, content))
}

/// Takes the letter away. It is deleted at once.
#[utoipa::path(delete, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "The ETag of the nomination")),
    responses((status = 200, body = Nomination)))]
pub async fn remove(
    writer: Authenticated,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    wanted: IfMatch,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    tagged(&nominations.remove(writer.0, Trace::from(&caller), *id, wanted).await?)
}

/// The nomination after a write, with its tag.
fn tagged(nomination: &Nomination) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().insert_header((ETAG, etag::of(nomination)?)).json(nomination))
}

/// The media type of the request; 415 for one that no letter has.
fn media_type(body: &Upload) -> Result<String, Error> {
    let said = body.media_type();
    if said == "application/octet-stream" || LetterType::parse(said).is_some() {
        return Ok(said.to_owned());
    }
    let wanted = LetterType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    Err(Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType).with("wanted", wanted))
}
