//! `/auth/refresh`, `/auth/logout`, `/me/sessions`, and the cookies that a login leaves.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderName;
use actix_web::{HttpResponse, HttpResponseBuilder, web};

use super::super::guards::CurrentUser;
use super::super::types::{Done, Refresh};
use super::super::{MAX_NAME, devices};
use super::types::{EndOthers, NameSession, Opened, SessionList, Tokens};
use crate::app::Portal;
use crate::db::Id;
use crate::error::{Error, Faults};
use crate::http::caller::{DEVICE_COOKIE, SESSION_COOKIE};
use crate::http::problem::Problem;
use crate::http::{Caller, Json, Query};
use crate::text;

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/auth/refresh").route(web::post().to(refresh)))
        .service(web::resource("/auth/logout").route(web::post().to(logout)))
        .service(web::resource("/me/sessions").route(web::get().to(list)).route(web::delete().to(end_others)))
        .service(web::resource("/me/sessions/{id}").route(web::patch().to(name)).route(web::delete().to(end)));
}

/// Sets the cookies of somebody who logged in: the session of a browser, and the device it was.
pub fn leave_cookies(answer: &mut HttpResponseBuilder, opened: &Opened) {
    if let Some(secret) = &opened.cookie {
        answer.cookie(cookie(SESSION_COOKIE, secret).finish());
    }
    if let Some(device) = &opened.device {
        let life = i64::try_from(devices::LIFE.as_secs()).unwrap_or(i64::MAX);
        answer.cookie(cookie(DEVICE_COOKIE, device).max_age(CookieDuration::seconds(life)).finish());
    }
}

/// The answer to a login that went well.
pub fn opened(opened: Opened) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    leave_cookies(&mut answer, &opened);
    match opened.tokens {
        Some(tokens) => answer.json(tokens),
        None => answer.json(Done { status: "logged_in" }),
    }
}

/// `__Host-`: of this host alone, over TLS alone, for the whole site (RFC 6265bis, 4.1.3.2; ASVS 5.0, 3.3.1–3.3.4).
fn cookie<'a>(name: &'a str, value: &'a str) -> actix_web::cookie::CookieBuilder<'a> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax)
}

/// The next pair of tokens. A refresh token is good once; one whose answer was lost is answered again for some seconds. Used
/// later, or after its successor, it ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "identity", request_body = Refresh,
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn refresh(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Refresh>,
) -> Result<web::Json<Tokens>, Error> {
    portal.identity.refresh(body.0.refresh_token, &caller).await.map(web::Json)
}

/// Ends the session.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "identity", security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn logout(user: CurrentUser, portal: web::Data<Portal>, caller: Caller) -> Result<HttpResponse, Error> {
    if let Some(session) = user.session() {
        portal.identity.logout(user.user_id, session, &caller).await?;
    }
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((HeaderName::from_static("clear-site-data"), "\"cookies\", \"storage\""));
    answer.cookie(cookie(SESSION_COOKIE, "").max_age(CookieDuration::ZERO).finish());
    Ok(answer.finish())
}

/// One's sessions: which program, from which network, since when.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = SessionList), (status = "default", body = Problem)))]
pub async fn list(user: CurrentUser, portal: web::Data<Portal>) -> Result<web::Json<SessionList>, Error> {
    portal.identity.list_sessions(user.user_id, user.session()).await.map(web::Json)
}

/// Names one of one's sessions.
#[utoipa::path(patch, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    request_body = NameSession, security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn name(
    user: CurrentUser,
    portal: web::Data<Portal>,
    id: web::Path<Id>,
    body: Json<NameSession>,
) -> Result<HttpResponse, Error> {
    let mut faults = Faults::new();
    let name = faults.take_optional("/name", body.0.name.as_deref(), |name| text::line(name, MAX_NAME));
    faults.finish()?;
    portal.identity.name_session(user.user_id, id.into_inner(), name).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends one of one's sessions, wherever it is.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn end(
    user: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    portal.identity.end_own_session(user.user_id, id.into_inner(), &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all of one's sessions but this one, and one's API tokens unless they are to be kept.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "me", params(EndOthers),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn end_others(
    user: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    query: Query<EndOthers>,
) -> Result<HttpResponse, Error> {
    let keep = query.0.keep_api_tokens;
    portal.identity.end_other_sessions(user.user_id, user.session(), keep, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
