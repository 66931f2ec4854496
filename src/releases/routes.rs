//! `/rounds/{id}/releases`, `/releases`, and what is told beside them.

use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, web};

use super::told::{
    Comparison, ConsentCheck, NamedAnswers, NamedQuery, OwnResults, Results, ResultsQuery, Trend, TrendQuery,
};
use super::types::{GivenRelease, ReleaseList, ReleasePreview, ReleaseSummary};
use super::{ReleaseForm, Releases, files};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::fixed::respond_marked;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{IdempotencyKey, Json, MaybeIfMatch, Operations, Query, RequestContext, etag, language};
use crate::identity::guards::{CanAnswerSurveys, CanManageSurveys, CanReadSurveys};

/// The operations of this feature.
pub fn operations() -> Operations {
    let usual = operations![list, publish, preview, results, json, comparison, own, trend, named, consent_check];
    usual.and(files::routes::operations())
}

/// The releases of a round, the newest first: for everybody the public ones, for everybody with an active appointment
/// all.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/releases", tag = "results", params(("id" = String, Path)),
    responses((status = 200, body = ReleaseList), (status = 304, description = "As the client has it already")))]
pub async fn list(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    round: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let data = releases.list(reader.map(|reader| reader.0), round.into_inner()).await?;
    etag::respond(&request, &ReleaseList { data })
}

/// Publishes the next release of a round: what was submitted by now, with small counts hidden. It never changes, and
/// is never taken back; a correction is a new release. Figures that an earlier release told are new only where the
/// difference gives nobody away. Whoever names the entity tag of a preview publishes what was seen, or nothing.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/releases", tag = "results", request_body = GivenRelease,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header),
        ("If-Match" = Option<String>, Header)),
    responses((status = 201, body = ReleaseSummary),
        (status = 409, body = Problem, description = "Not at present, or hidden counts could be computed"),
        (status = 412, body = Problem, description = "It would tell something else than the preview")))]
pub async fn publish(
    officer: CanManageSurveys,
    releases: web::Data<Releases>,
    caller: RequestContext,
    key: IdempotencyKey,
    (round, seen): (web::Path<Id>, MaybeIfMatch),
    body: Json<GivenRelease>,
) -> Result<HttpResponse, Error> {
    let (ticket, place) = (key.ticket(officer.user_id), (round.into_inner(), seen.0));
    let published = releases.publish(officer.0, Trace::from(&caller), ticket, place, body.0);
    published.await.map(HttpResponse::from)
}

/// A dry run: the next release as it would be published, and why figures are hidden. Its entity tag names all that it
/// tells. Nothing is published; but what was read stays known, so that the gate between releases counts it as told.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/releases/preview", tag = "results", request_body = GivenRelease,
    params(("id" = String, Path)),
    responses((status = 200, body = ReleasePreview),
        (status = 409, body = Problem, description = "Not at present, other bands, or too many previews")))]
pub async fn preview(
    officer: CanManageSurveys,
    releases: web::Data<Releases>,
    caller: RequestContext,
    round: web::Path<Id>,
    body: Json<GivenRelease>,
) -> Result<HttpResponse, Error> {
    let preview = releases.preview(officer.0, Trace::from(&caller), round.into_inner(), body.0).await?;
    let tag = etag::of(&preview.stamp())?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).json(preview))
}

/// Results of a release with labels, shares and bounds: of one question or of all, of all respondents, by `region`, or
/// by the concept of a declared pair.
#[utoipa::path(get, path = "/api/v1/releases/{id}/results", tag = "results",
    params(("id" = String, Path), ("question" = Option<String>, Query), ("by" = Option<String>, Query),
        ("lang" = Option<String>, Query)),
    responses((status = 200, body = Results), (status = 304, description = "As the client has it already")))]
pub async fn results(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
    query: Query<ResultsQuery>,
) -> Result<HttpResponse, Error> {
    let language = query.0.lang.unwrap_or_else(|| language(&request)).catalogue();
    let form = ReleaseForm::Tables(ResultsQuery { lang: None, ..query.0 }, language);
    let asked = releases.asked(reader.as_deref(), release.into_inner(), form).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// A release as it is stored: the bytes that its `sha256` names.
#[utoipa::path(get, path = "/api/v1/releases/{id}/results.json", tag = "results", params(("id" = String, Path)),
    responses((status = 200, description = "The release, byte by byte", body = Object, content_type = "application/json"),
        (status = 304, description = "As the client has it already")))]
pub async fn json(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let asked = releases.asked(reader.as_deref(), release.into_inner(), ReleaseForm::Stored).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// A release beside the newest one of the paired round: members and partner agencies by concept, where both have
/// figures.
#[utoipa::path(get, path = "/api/v1/releases/{id}/comparison", tag = "results", params(("id" = String, Path)),
    responses((status = 200, body = Comparison), (status = 304, description = "As the client has it already")))]
pub async fn comparison(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let reader = reader.map(|reader| reader.0);
    let asked = releases.comparison(reader, release.into_inner(), language(&request)).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// The own administration against its region and all, from the figures that everybody sees.
#[utoipa::path(get, path = "/api/v1/releases/{id}/own", tag = "results", params(("id" = String, Path)),
    responses((status = 200, body = OwnResults)))]
pub async fn own(
    person: CanAnswerSurveys,
    releases: web::Data<Releases>,
    request: HttpRequest,
    release: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &releases.own(person.0, release.into_inner(), language(&request)).await?)
}

/// A concept over the rounds of a survey. A region is told only if all its figures of all rounds are shown.
#[utoipa::path(get, path = "/api/v1/surveys/{code}/trend", tag = "results",
    params(("code" = String, Path), ("concept" = String, Query), ("lang" = Option<String>, Query)),
    responses((status = 200, body = Trend), (status = 304, description = "As the client has it already")))]
pub async fn trend(
    reader: Option<CanReadSurveys>,
    releases: web::Data<Releases>,
    request: HttpRequest,
    code: web::Path<String>,
    query: Query<TrendQuery>,
) -> Result<HttpResponse, Error> {
    let reader = reader.map(|reader| reader.0);
    let asked = releases.trend(reader, code.into_inner(), query.0, language(&request)).await?;
    respond_marked(&request, asked.mark(), releases.answer(&asked)).await
}

/// The answers to a question by organisation: for the Secretariat where the question permits it, which the audit log
/// has; for members of those that agreed to be named.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/answers", tag = "results",
    params(("id" = String, Path), ("question" = String, Query)), responses((status = 200, body = NamedAnswers)))]
pub async fn named(
    reader: CanReadSurveys,
    releases: web::Data<Releases>,
    caller: RequestContext,
    request: HttpRequest,
    round: web::Path<Id>,
    query: Query<NamedQuery>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &releases.named(reader.0, Trace::from(&caller), round.into_inner(), query.0).await?)
}

/// Whether the releases that stand would still protect all others if the own organisation agreed to be named.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/consent-check", tag = "results", params(("id" = String, Path)),
    responses((status = 200, body = ConsentCheck)))]
pub async fn consent_check(
    person: CanAnswerSurveys,
    releases: web::Data<Releases>,
    round: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(releases.consent_check(person.0, round.into_inner()).await?))
}
