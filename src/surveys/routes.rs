//! `/surveys`.

use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{
    GivenSurvey, GivenVersion, ImportKind, QuestionnaireDocument, Survey, SurveyCommit, SurveyList, SurveyPlan,
    SurveyVersion, VersionList,
};
use super::{Surveys, VersionForm};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::fixed::respond_marked;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{
    BodyLimit, File, IdempotencyKey, IfMatch, Json, MaybeIfMatch, Operations, RequestContext, Unread, Upload, etag,
    file_limits, language, xlsx,
};
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};

/// The media type of a questionnaire.
const JSON: &str = "application/json";
/// The limit for bodies with a questionnaire.
const QUESTIONNAIRE: BodyLimit = BodyLimit(file_limits::QUESTIONNAIRE);

/// The operations of this feature.
pub fn operations() -> Operations {
    let usual = operations![list, create, get, versions, version, publish, json, xlsx, import, commit];
    let large = operations![make_draft, replace_draft];
    usual.and(large.limited(QUESTIONNAIRE))
}

/// The surveys that one may see: all for the Secretariat, and for everybody else those of the own audience that are
/// published.
#[utoipa::path(get, path = "/api/v1/surveys", tag = "surveys",
    responses((status = 200, body = SurveyList), (status = 304, description = "As the client has it already")))]
pub async fn list(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &SurveyList { data: surveys.list(viewer.0).await? })
}

/// Makes a survey, which has no version yet. Two surveys, one of each audience, can be paired: the later one names the
/// other.
#[utoipa::path(post, path = "/api/v1/surveys", tag = "surveys", request_body = GivenSurvey,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Survey), (status = 409, body = Problem, description = "There are 200 surveys")))]
pub async fn create(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Json<GivenSurvey>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    surveys.create(officer.0, Trace::from(&caller), ticket, body.0).await.map(HttpResponse::from)
}

/// One survey.
#[utoipa::path(get, path = "/api/v1/surveys/{code}", tag = "surveys", params(("code" = String, Path)),
    responses((status = 200, body = Survey), (status = 304, description = "As the client has it already")))]
pub async fn get(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &surveys.get(viewer.0, code.into_inner()).await?)
}

/// The versions of a survey, the newest first. Drafts are shown to the Secretariat alone.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions", tag = "surveys", params(("code" = String, Path)),
    responses((status = 200, body = VersionList), (status = 304, description = "As the client has it already")))]
pub async fn versions(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &VersionList { data: surveys.versions(viewer.0, code.into_inner()).await? })
}

/// Begins a new version with this questionnaire, which may have faults: they stand beside it in the answer. A survey has
/// one draft at most.
#[utoipa::path(post, path = "/api/v1/surveys/{code}/versions", tag = "surveys", request_body = GivenVersion,
    params(("code" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = SurveyVersion),
        (status = 409, body = Problem, description = "There is a draft, or there are 100 versions")))]
pub async fn make_draft(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    caller: RequestContext,
    key: IdempotencyKey,
    code: web::Path<String>,
    body: Json<GivenVersion>,
) -> Result<HttpResponse, Error> {
    let (ticket, code) = (key.ticket(officer.user_id), lower(&code));
    let made = surveys.make_draft(officer.user_id, Trace::from(&caller), ticket, code, body.0, language(&request));
    made.await.map(HttpResponse::from)
}

/// A version with its questionnaire; a draft with its faults. The `ETag` is what a change names as `If-Match`.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = SurveyVersion), (status = 304, description = "As the client has it already")))]
pub async fn version(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let asked = surveys.asked(viewer.0.clone(), code, number, VersionForm::Whole).await?;
    respond_marked(&request, asked.mark(), surveys.answer(viewer.user_id, &asked, language(&request))).await
}

/// Replaces the questionnaire of a draft. It may have faults: they stand beside it in the answer. Wants the `ETag` of what
/// was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/surveys/{code}/versions/{n}", tag = "surveys", request_body = GivenVersion,
    params(("code" = String, Path), ("n" = i32, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = SurveyVersion), (status = 409, body = Problem, description = "It is published"),
        (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn replace_draft(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    caller: RequestContext,
    place: web::Path<(String, i32)>,
    seen: IfMatch,
    body: Json<GivenVersion>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let (trace, place) = (Trace::from(&caller), (code.to_lowercase(), number));
    let replaced = surveys.replace_draft(officer.user_id, trace, place, body.0, seen, language(&request));
    tagged(&replaced.await?)
}

/// Publishes a draft without faults. From then on it never changes, and `sha256` names the bytes of its JSON.
#[utoipa::path(post, path = "/api/v1/surveys/{code}/versions/{n}/publish", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SurveyVersion), (status = 409, body = Problem, description = "It is published"),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub async fn publish(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    caller: RequestContext,
    place: web::Path<(String, i32)>,
    seen: MaybeIfMatch,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let place = (code.to_lowercase(), number);
    tagged(&surveys.publish(officer.0, Trace::from(&caller), place, seen.0, language(&request)).await?)
}

/// The questionnaire of a version as JSON, loss-free; of a published version the bytes that its `sha256` names.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}.json", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = QuestionnaireDocument, content_type = "application/json"),
        (status = 304, description = "As the client has it already")))]
pub async fn json(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let asked = surveys.asked(viewer.0.clone(), code, number, VersionForm::Json).await?;
    respond_marked(&request, asked.mark(), surveys.answer(viewer.user_id, &asked, language(&request))).await
}

/// The questionnaire of a version as `XLSForm`: a workbook with the sheets survey, choices and settings.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/versions/{n}.xlsx", tag = "surveys",
    params(("code" = String, Path), ("n" = i32, Path)),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 304, description = "As the client has it already"),
        (status = 422, body = Problem, description = "A draft, or a text of it, is too large")))]
pub async fn xlsx(
    viewer: CanReadSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    place: web::Path<(String, i32)>,
) -> Result<HttpResponse, Error> {
    let (code, number) = place.into_inner();
    let asked = surveys.asked(viewer.0.clone(), code, number, VersionForm::Xlsx).await?;
    respond_marked(&request, asked.mark(), surveys.answer(viewer.user_id, &asked, language(&request))).await
}

/// Reads a questionnaire, as `XLSForm` (XLSX) or JSON, as the body itself. A dry run: the answer names sheet, row and
/// column of each thing that is wrong or not supported (a JSON pointer in JSON), and the survey stays as it is until the
/// plan is committed, which can be done within an hour.
#[utoipa::path(post, path = "/api/v1/surveys/{code}/versions/import", tag = "surveys", params(("code" = String, Path)),
    request_body(content((File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (QuestionnaireDocument = "application/json"))),
    responses((status = 201, body = SurveyPlan)))]
pub async fn import(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    caller: RequestContext,
    request: HttpRequest,
    code: web::Path<String>,
    body: Upload,
) -> Result<HttpResponse, Error> {
    let (kind, limit) = match body.media_type() {
        xlsx::MEDIA_TYPE => (ImportKind::Workbook, file_limits::WORKBOOK),
        JSON => (ImportKind::Json, file_limits::QUESTIONNAIRE),
        _ => {
            let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType);
            return Err(refusal.with("wanted", format!("{}, {JSON}", xlsx::MEDIA_TYPE)));
        }
    };
    let code = lower(&code);
    let admission = surveys.admit_file(officer.user_id, &caller, code.clone(), body.expected(limit)).await?;
    let file = body.read(limit).await?;
    let plan = surveys.plan(admission, code, file, kind, language(&request)).await?;
    Ok(HttpResponse::Created().json(plan))
}

/// Makes the questionnaire of a plan the draft of the survey. Whoever made the plan can do that, once: 422 where there are
/// faults that are not accepted, 409 where there is a draft that is not to be replaced, or another than when the file was
/// read.
#[utoipa::path(post, path = "/api/v1/surveys/{code}/versions/import/{plan}/commit", tag = "surveys",
    params(("code" = String, Path), ("plan" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = SurveyCommit,
    responses((status = 201, body = SurveyVersion), (status = 409, body = Problem), (status = 410, body = Problem)))]
pub async fn commit(
    officer: CanManageSurveys,
    surveys: web::Data<Surveys>,
    request: HttpRequest,
    caller: RequestContext,
    key: IdempotencyKey,
    place: web::Path<(String, Id)>,
    body: Unread<SurveyCommit>,
) -> Result<HttpResponse, Error> {
    let (code, plan) = place.into_inner();
    let code = code.to_lowercase();
    surveys.check_maker(officer.user_id, code.clone(), plan).await?;
    let options = body.read_or_default().await?;
    let ticket = key.ticket(officer.user_id);
    let place = (code, plan);
    let committed = surveys.commit(officer.user_id, Trace::from(&caller), ticket, place, options, language(&request));
    committed.await.map(HttpResponse::from)
}

/// Codes are stored in lower case.
fn lower(code: &str) -> String {
    code.to_lowercase()
}

/// A version with its tag. A change is judged by what is stored, not by the words for its faults.
fn tagged(version: &SurveyVersion) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().insert_header((ETAG, etag::of(&version.stamp)?)).json(version))
}
