//! The review of a response, its submission, and `/receipts`.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use super::types::{GivenSubmission, Receipt, ReceiptList};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{Anyone, File, MaybeIfMatch, Operations, RequestContext, Unread, etag};
use crate::identity::guards::{CanAnswerSurveys, CanSignSurveys};
use crate::responses::{OwnResponse, ResponseReason, Responses};

/// The operations of the review and of submissions.
pub(in crate::responses) fn operations() -> Operations {
    operations![
        request_review,
        approve,
        return_,
        submit,
        reopen,
        withdraw,
        newest_receipt,
        receipts,
        submission,
        receipt,
    ]
}

/// Asks those who sign to look at a response in which nothing is missing. They get a mail.
#[utoipa::path(post, path = "/api/v1/responses/{id}/request-review", tag = "responses",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = OwnResponse)))]
pub async fn request_review(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    let own = responses.request_review(person.0, Trace::from(&caller), *id, seen.0).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// Approves a response in review: by a coordinator other than the one who changed it last, where there are two.
#[utoipa::path(post, path = "/api/v1/responses/{id}/approve", tag = "responses",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = OwnResponse)))]
pub async fn approve(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    let own = responses.approve(person.0, Trace::from(&caller), *id, seen.0).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// Returns a response for more work. Whoever asked for the review gets a mail with the reason.
#[utoipa::path(post, path = "/api/v1/responses/{id}/return", tag = "responses", request_body = ResponseReason,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)), responses((status = 200, body = OwnResponse)))]
pub async fn return_(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
    body: Unread<ResponseReason>,
) -> Result<HttpResponse, Error> {
    responses.check_reader(&person.0, *id).await?;
    let given = body.read_or_default().await?;
    let own = responses.return_(person.0, Trace::from(&caller), *id, given, seen.0).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// Submits an approved response in which nothing is missing, before the deadline of the organisation. The answer is the
/// receipt: its SHA-256 is that of the submission, which the organisation can download.
#[utoipa::path(post, path = "/api/v1/responses/{id}/submit", tag = "responses", request_body = GivenSubmission,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Receipt), (status = 412, body = Problem)))]
pub async fn submit(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
    body: Unread<GivenSubmission>,
) -> Result<HttpResponse, Error> {
    responses.check_reader(&person.0, *id).await?;
    let given = body.read_or_default().await?;
    Ok(HttpResponse::Ok().json(responses.submit(person.0, Trace::from(&caller), *id, given, seen.0).await?))
}

/// Opens a response again that was submitted or withdrawn, before the deadline. What was submitted counts until the
/// next submission.
#[utoipa::path(post, path = "/api/v1/responses/{id}/reopen", tag = "responses",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = OwnResponse)))]
pub async fn reopen(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    let own = responses.reopen(person.0, Trace::from(&caller), *id, seen.0).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// Takes back what was submitted: it counts no longer. Its receipt stays, and says so.
#[utoipa::path(post, path = "/api/v1/responses/{id}/withdraw", tag = "responses",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = OwnResponse)))]
pub async fn withdraw(
    person: CanSignSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    let own = responses.withdraw(person.0, Trace::from(&caller), *id, seen.0).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// The receipt of the newest submission of a response.
#[utoipa::path(get, path = "/api/v1/responses/{id}/receipt", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = Receipt)))]
pub async fn newest_receipt(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let newest = responses.receipts(viewer.0, *id).await?.data.into_iter().next();
    Ok(HttpResponse::Ok().json(newest.ok_or_else(Error::not_found)?))
}

/// The receipts of all submissions of a response, the newest first.
#[utoipa::path(get, path = "/api/v1/responses/{id}/receipts", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = ReceiptList)))]
pub async fn receipts(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(responses.receipts(viewer.0, *id).await?))
}

/// What was submitted, with its salt: the bytes of which the receipt is the SHA-256. For the organisation alone.
#[utoipa::path(get, path = "/api/v1/responses/{id}/submissions/{number}", tag = "responses",
    params(("id" = String, Path), ("number" = i32, Path)),
    responses((status = 200, description = "The snapshot, byte by byte", body = File, content_type = "application/json")))]
pub async fn submission(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    place: web::Path<(Id, i32)>,
) -> Result<HttpResponse, Error> {
    let (id, number) = place.into_inner();
    let file = responses.submission(viewer.0, id, number).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.json\"", file.name)))
        .body(file.content))
}

/// What anybody may know of a submission by its SHA-256: whether it counts, in which round, when it was submitted. No
/// answers, no names.
#[utoipa::path(get, path = "/api/v1/receipts/{sha256}", tag = "responses", params(("sha256" = String, Path)),
    responses((status = 200, body = Receipt)))]
pub async fn receipt(
    _: Anyone,
    responses: web::Data<Responses>,
    sha256: web::Path<String>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(responses.receipt(sha256.into_inner()).await?))
}
