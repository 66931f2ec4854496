//! `/rounds`.

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};

use super::deadlines::DeadlineFileQuery;
use super::extensions::routes as extensions;
use super::{
    ChangeRound, DeadlineEntry, DeadlineList, Frame, GivenDeadline, GivenReminder, GivenRound, Progress, ReminderList,
    ReminderOutcome, Round, RoundList, Rounds,
};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{
    File, IdempotencyKey, IfMatch, Json, MaybeIfMatch, Operations, Query, RequestContext, etag, language_for,
};
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};

/// The media type of a calendar file.
const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The operations of this feature.
pub fn operations() -> Operations {
    let rounds = operations![list, create, get, change, open, close, cancel, frame, progress];
    let times = operations![deadlines, add_deadline, deadline_file, reminders, remind];
    rounds.and(times).and(extensions::operations())
}

/// The rounds that one may see, the newest first: those of the own audience that have opened, each with the deadlines of
/// the own organisations; all for the Secretariat.
#[utoipa::path(get, path = "/api/v1/rounds", tag = "rounds",
    responses((status = 200, body = RoundList), (status = 304, description = "As the client has it already")))]
pub async fn list(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &RoundList { data: rounds.list(viewer.0).await? })
}

/// Makes a round of a published version, as a draft. Its instants may have passed.
#[utoipa::path(post, path = "/api/v1/rounds", tag = "rounds", request_body = GivenRound,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Round), (status = 409, body = Problem, description = "There are 500 rounds")))]
pub async fn create(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Json<GivenRound>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    rounds.create(officer.0, Trace::from(&caller), ticket, body.0).await.map(HttpResponse::from)
}

/// A round with the deadlines of the own organisations. The `ETag` is what a change or a decision names as `If-Match`.
#[utoipa::path(get, path = "/api/v1/rounds/{id}", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = Round)))]
pub async fn get(viewer: CanReadSurveys, rounds: web::Data<Rounds>, id: web::Path<Id>) -> Result<HttpResponse, Error> {
    tagged(&rounds.get(viewer.0, id.into_inner()).await?)
}

/// Changes a draft; of an open round the calendar of reminders and whether the participation is public. Deadlines of an
/// open round are changed in its ledger. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(patch, path = "/api/v1/rounds/{id}", tag = "rounds", request_body = ChangeRound,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Round), (status = 409, body = Problem, description = "It has opened, or is over"),
        (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn change(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Json<ChangeRound>,
) -> Result<HttpResponse, Error> {
    tagged(&rounds.change(officer.0, Trace::from(&caller), id.into_inner(), body.0, seen).await?)
}

/// Opens a draft: freezes whom it asks, by the members of the day of `opens_at`. Before that instant, it opens by itself
/// then.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/open", tag = "rounds",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Round), (status = 409, body = Problem, description = "It is no draft, or asks nobody")))]
pub async fn open(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    tagged(&rounds.open(officer.0, Trace::from(&caller), id.into_inner(), seen.0).await?)
}

/// Closes an open round before its deadlines. Without that it closes by itself after the last of them.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/close", tag = "rounds",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Round), (status = 409, body = Problem, description = "It is not open")))]
pub async fn close(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    tagged(&rounds.close(officer.0, Trace::from(&caller), id.into_inner(), seen.0).await?)
}

/// Calls off a round that is a draft or open, for good.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/cancel", tag = "rounds",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Round), (status = 409, body = Problem, description = "The round is over")))]
pub async fn cancel(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    tagged(&rounds.cancel(officer.0, Trace::from(&caller), id.into_inner(), seen.0).await?)
}

/// Whom a round asks, with the regions of the day of its opening. Of a round for partner agencies, everybody but the
/// Secretariat sees the own agencies and how many there are.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/frame", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = Frame), (status = 304, description = "As the client has it already")))]
pub async fn frame(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &rounds.frame(viewer.0, id.into_inner()).await?)
}

/// How the responses stand, as states only. Where the participation is public, everybody sees who has submitted.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/progress", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = Progress), (status = 304, description = "As the client has it already")))]
pub async fn progress(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &rounds.progress(viewer.0, id.into_inner()).await?)
}

/// The ledger of deadlines as far as it concerns the reader: those for all, the own region and the own organisations.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/deadlines", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = DeadlineList), (status = 304, description = "As the client has it already")))]
pub async fn deadlines(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &DeadlineList { data: rounds.deadlines(viewer.0, id.into_inner()).await? })
}

/// Adds a deadline for all, a region or one organisation. What was granted to a region or an organisation is never taken
/// back. A deadline that lies ahead opens a closed round again. `If-Match` may name the `ETag` of the round, which changes
/// with each entry.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/deadlines", tag = "rounds", request_body = GivenDeadline,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header),
        ("If-Match" = Option<String>, Header)),
    responses((status = 201, body = DeadlineEntry),
        (status = 409, body = Problem, description = "It has not opened, or was called off")))]
pub async fn add_deadline(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
    body: Json<GivenDeadline>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    let added = rounds.add_deadline(officer.0, Trace::from(&caller), ticket, id.into_inner(), body.0, seen.0);
    added.await.map(HttpResponse::from)
}

/// The deadline of one's organisation as a calendar file. After a change it has the same `UID` and a higher `SEQUENCE`.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/deadline.ics", tag = "rounds",
    params(("id" = String, Path), DeadlineFileQuery),
    responses((status = 200, body = File, content_type = "text/calendar"),
        (status = 304, description = "As the client has it already")))]
pub async fn deadline_file(
    viewer: CanReadSurveys,
    rounds: web::Data<Rounds>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeadlineFileQuery>,
) -> Result<HttpResponse, Error> {
    let language = language_for(&request, viewer.language);
    let file = rounds.calendar_file(viewer.0, id.into_inner(), query.0.organisation, language).await?;
    let mut answer = etag::respond_bytes(&request, CALENDAR, file.content.into_bytes());
    let disposition = format!("attachment; filename=\"{}.ics\"", file.name);
    if let Ok(disposition) = disposition.parse() {
        answer.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(answer)
}

/// The reminders that were sent, the newest first.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/reminders", tag = "rounds", params(("id" = String, Path)),
    responses((status = 200, body = ReminderList)))]
pub async fn reminders(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    id: web::Path<Id>,
) -> Result<web::Json<ReminderList>, Error> {
    let data = rounds.reminders(officer.0, id.into_inner()).await?;
    Ok(web::Json(ReminderList { data }))
}

/// Reminds the people of the organisations whose response is in one of the states and can still be submitted: each person
/// once, by a mail. A dry run tells who that would be now. With `people`, the number that the dry run told, nothing is sent
/// to more people than these (412).
#[utoipa::path(post, path = "/api/v1/rounds/{id}/reminders", tag = "rounds", request_body = GivenReminder,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ReminderOutcome, description = "A dry run: to whom it would go"), (status = 201, body = ReminderOutcome),
        (status = 409, body = Problem, description = "It is not open"), (status = 412, body = Problem)))]
pub async fn remind(
    officer: CanManageSurveys,
    rounds: web::Data<Rounds>,
    caller: RequestContext,
    key: IdempotencyKey,
    id: web::Path<Id>,
    body: Json<GivenReminder>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    let reminded = rounds.remind(officer.0, Trace::from(&caller), ticket, id.into_inner(), body.0);
    reminded.await.map(HttpResponse::from)
}

/// A round with its tag. A change is judged by what is stored, not by what its reader is shown.
fn tagged(round: &Round) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().insert_header((ETAG, etag::of(&round.stamp())?)).json(round))
}
