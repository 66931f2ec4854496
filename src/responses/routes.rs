//! `/rounds/{id}/response` and `/responses`: answers, and what stands around them.

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use super::answers::{
    AnswerHistory, ConfirmedAnswers, GivenAnswer, HistoryQuery, Means, ResponseCheck, WriteQuery, WrittenAnswers,
};
use super::colleagues::{AssignmentList, Comment, GivenAssignments, GivenComment, GivenPresence, PresentList};
use super::types::{GivenSectionState, OwnResponse, ResponseSheet};
use super::{Responses, files, submissions};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{
    BodyLimit, IdempotencyKey, IfMatch, Operations, Query, RequestContext, Unread, etag, language, request_context,
};
use crate::idempotency::Answer;
use crate::identity::guards::{CanAnswerSurveys, CanBePresent, CanWriteAnswers};

/// The limit for a batch of answers.
const BATCH: BodyLimit = BodyLimit(1_048_576);

/// The operations of this feature.
pub fn operations() -> Operations {
    let answering = operations![
        own,
        begin,
        sheet,
        check,
        history,
        assignments,
        assign,
        comment,
        be_present,
        confirm_section,
        mark_section,
    ];
    let writing = operations![write].limited(BATCH);
    answering.and(writing).and(submissions::routes::operations()).and(files::routes::operations())
}

/// The response of the caller's organisation in a round. Where it was not begun, it has no id. The `ETag` (also `tag`, and
/// `response.tag` of its sheet) is what a step names as `If-Match`.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/response", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = OwnResponse)))]
pub async fn own(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    round: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let own = responses.own(viewer.0, *round).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// Begins the response of the caller's organisation in a round, with the answers of the last round to the same
/// concepts, which count as missing until somebody confirms them. One that was begun is answered as it is.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/response", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = OwnResponse),
        (status = 409, body = Problem, description = "The round is not open")))]
pub async fn begin(
    person: CanAnswerSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    round: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let own = responses.begin(person.0, Trace::from(&caller), *round).await?;
    Ok(etag::respond_about(own.tag.as_deref(), &own))
}

/// All of a response: how it stands, its answers with their revisions, its sections, assignments and comments, who is
/// there, and what was answered in the last round. For a contributor, of the assigned sections alone.
#[utoipa::path(get, path = "/api/v1/responses/{id}", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = ResponseSheet), (status = 304, description = "As the client has it already")))]
pub async fn sheet(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &responses.sheet(viewer.0, *id, language(&request)).await?)
}

/// Writes answers, each with the revision that the client knew. All are stored but those that somebody else has changed
/// meanwhile: then the answer is 409, and `conflicts` has both values, who wrote and when, beside `stored` and
/// `faults`. An answer that is not right is stored as a draft, with a hint. The same write again changes nothing.
#[utoipa::path(patch, path = "/api/v1/responses/{id}/answers", tag = "responses", request_body = Vec<GivenAnswer>,
    params(("id" = String, Path), WriteQuery, ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = WrittenAnswers),
        (status = 409, body = Problem, description = "Answers were changed meanwhile, or it is submitted")))]
pub async fn write(
    person: CanWriteAnswers,
    responses: web::Data<Responses>,
    request: HttpRequest,
    key: IdempotencyKey,
    id: web::Path<Id>,
    query: Query<WriteQuery>,
    body: Unread<Vec<GivenAnswer>>,
) -> Result<HttpResponse, Error> {
    let caller = request_context::of(&request)?;
    let admitted = responses.admit_write(&person.0, *id).await?;
    let given = body.read_list().await?;
    let (ticket, language) = (key.ticket(person.user_id), language(&request));
    let means = if query.0.import { Means::Import } else { Means::of(&person) };
    let manner = (means, language);
    let answer = responses.write_admitted(person.0, Trace::from(&caller), ticket, admitted, given, manner).await?;
    if answer.status != 409 {
        return Ok(answer.into());
    }
    let refusal = Error::conflict(ProblemCode::AnswersChanged);
    told(&Problem::new(&refusal, responses.catalogue(), language, &caller.request_id), answer)
}

/// A conflict is a problem as any other, which has what became of each answer beside.
fn told(problem: &Problem, answer: Answer) -> Result<HttpResponse, Error> {
    let mut members: Map<String, Value> = serde_json::from_str(&answer.body).or_internal()?;
    if let Value::Object(problem) = serde_json::to_value(problem).or_internal()? {
        members.extend(problem);
    }
    let body = serde_json::to_string(&members).or_internal()?;
    let mut response = HttpResponse::from(Answer { body, ..answer });
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    Ok(response)
}

/// All that hinders the submission: what is missing, not right, or not confirmed.
#[utoipa::path(get, path = "/api/v1/responses/{id}/check", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = ResponseCheck)))]
pub async fn check(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(responses.check(viewer.0, *id, language(&request)).await?))
}

/// Every value that the answers had: who gave it, when, and by which means.
#[utoipa::path(get, path = "/api/v1/responses/{id}/history", tag = "responses",
    params(("id" = String, Path), HistoryQuery), responses((status = 200, body = AnswerHistory)))]
pub async fn history(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    id: web::Path<Id>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(responses.history(viewer.0, *id, query.0).await?))
}

/// Who is asked to fill in which section, and who can be asked. The `ETag` is what a change names as `If-Match`.
#[utoipa::path(get, path = "/api/v1/responses/{id}/assignments", tag = "responses", params(("id" = String, Path)),
    responses((status = 200, body = AssignmentList), (status = 304, description = "As the client has it already")))]
pub async fn assignments(
    viewer: CanAnswerSurveys,
    responses: web::Data<Responses>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &responses.assignments(viewer.0, *id).await?)
}

/// Replaces all assignments. Whoever is asked for something new gets a mail; a contributor sees the assigned sections
/// from then on, until the round ends. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/responses/{id}/assignments", tag = "responses",
    request_body = GivenAssignments, params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = AssignmentList), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn assign(
    person: CanAnswerSurveys,
    responses: web::Data<Responses>,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Unread<GivenAssignments>,
) -> Result<HttpResponse, Error> {
    responses.check_reader(&person.0, *id).await?;
    let given = body.read().await?;
    let trace = Trace::from(&request_context::of(&request)?);
    etag::respond(&request, &responses.assign(person.0, trace, *id, given, seen).await?)
}

/// Comments on a question, for the colleagues.
#[utoipa::path(post, path = "/api/v1/responses/{id}/comments", tag = "responses", request_body = GivenComment,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Comment)))]
pub async fn comment(
    person: CanAnswerSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Unread<GivenComment>,
) -> Result<HttpResponse, Error> {
    responses.check_reader(&person.0, *id).await?;
    let given = body.read().await?;
    let ticket = key.ticket(person.user_id);
    let commented = responses.comment_keyed(person.0, Trace::from(&caller), ticket, *id, given);
    commented.await.map(HttpResponse::from)
}

/// Gives a sign that the caller has a section open; without a section, that the caller has left. Answers who else is
/// there. A sign holds for a minute: send one every half a minute.
#[utoipa::path(post, path = "/api/v1/responses/{id}/presence", tag = "responses", request_body = GivenPresence,
    params(("id" = String, Path)), responses((status = 200, body = PresentList)))]
pub async fn be_present(
    person: CanBePresent,
    responses: web::Data<Responses>,
    id: web::Path<Id>,
    body: Unread<GivenPresence>,
) -> Result<HttpResponse, Error> {
    responses.check_reader(&person.0, *id).await?;
    let given = body.read().await?;
    Ok(HttpResponse::Ok().json(responses.be_present(person.0, *id, given.section).await?))
}

/// Confirms all answers of a section that were taken over from the last round.
#[utoipa::path(post, path = "/api/v1/responses/{id}/sections/{section}/confirm", tag = "responses",
    params(("id" = String, Path), ("section" = String, Path)),
    responses((status = 200, body = ConfirmedAnswers)))]
pub async fn confirm_section(
    person: CanAnswerSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    place: web::Path<(Id, String)>,
) -> Result<HttpResponse, Error> {
    let (id, section) = place.into_inner();
    let confirmed = responses.confirm_section(person.0, Trace::from(&caller), id, section).await?;
    Ok(HttpResponse::Ok().json(ConfirmedAnswers { confirmed }))
}

/// Calls a section ready, or no longer. That a section is ready says nothing of the response.
#[utoipa::path(put, path = "/api/v1/responses/{id}/sections/{section}", tag = "responses",
    request_body = GivenSectionState, params(("id" = String, Path), ("section" = String, Path)),
    responses((status = 204)))]
pub async fn mark_section(
    person: CanAnswerSurveys,
    responses: web::Data<Responses>,
    caller: RequestContext,
    place: web::Path<(Id, String)>,
    body: Unread<GivenSectionState>,
) -> Result<HttpResponse, Error> {
    let (id, section) = place.into_inner();
    responses.check_reader(&person.0, id).await?;
    let GivenSectionState { is_done } = body.read().await?;
    responses.mark_section(person.0, Trace::from(&caller), id, section, is_done).await?;
    Ok(HttpResponse::NoContent().finish())
}
