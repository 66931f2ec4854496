//! `/auth/refresh`, `/auth/logout`, `/me/sessions`, and the cookies of a login.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderName;
use actix_web::{HttpResponse, HttpResponseBuilder, web};

use super::super::guards::{CanEndSessions, CurrentUser};
use super::super::types::{Done, Refresh};
use super::super::{Identity, trusted_devices};
use super::types::{EndOthers, NameSession, Opened, SessionList, Tokens};
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::request_context::{DEVICE_COOKIE, SESSION_COOKIE};
use crate::http::{Anyone, Json, Operations, Query, RequestContext};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![refresh, logout, list, name, end, end_others]
}

/// The cookies of a login: the session of a browser, and the known device.
pub fn login_cookies(opened: &Opened) -> impl Iterator<Item = Cookie<'_>> {
    let session = opened.cookie.as_deref().map(|secret| cookie(SESSION_COOKIE, secret).finish());
    let life = CookieDuration::seconds(i64::try_from(trusted_devices::LIFE.as_secs()).unwrap_or(i64::MAX));
    let device = opened.device.as_deref().map(|device| cookie(DEVICE_COOKIE, device).max_age(life).finish());
    session.into_iter().chain(device)
}

/// Sets the cookies of a login.
pub fn set_cookies(answer: &mut HttpResponseBuilder, opened: &Opened) {
    for cookie in login_cookies(opened) {
        answer.cookie(cookie);
    }
}

/// The answer to a login.
pub fn opened(opened: Opened) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    set_cookies(&mut answer, &opened);
    match opened.tokens {
        Some(tokens) => answer.json(tokens),
        None => answer.json(Done { status: "logged_in" }),
    }
}

/// The answer after all other access ended: this session and this device get new cookies.
pub fn goes_on(opened: &Opened) -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    set_cookies(&mut answer, opened);
    answer.finish()
}

/// Has the browser forget its session and what it has stored of the pages. The cookie of the known device stays:
/// without it, a login from here would share the count of strangers who guess the password.
pub fn end_in_browser(answer: &mut HttpResponseBuilder) {
    answer.insert_header((HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\""));
    answer.cookie(cookie(SESSION_COOKIE, "").max_age(CookieDuration::ZERO).finish());
}

/// `__Host-`: of this host alone, over TLS alone, for the whole site (RFC 6265bis, 4.1.3.2; ASVS 5.0, 3.3.1–3.3.4).
fn cookie<'a>(name: &'a str, value: &'a str) -> actix_web::cookie::CookieBuilder<'a> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax)
}

/// The next pair of tokens. A refresh token is good once; one whose answer was lost is answered again for some seconds. Used
/// later, or after its successor, it ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "identity", request_body = Refresh,
    responses((status = 200, body = Tokens)))]
pub async fn refresh(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<Refresh>,
) -> Result<web::Json<Tokens>, Error> {
    identity.refresh(body.0.refresh_token, &caller).await.map(web::Json)
}

/// Ends the session.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "identity", responses((status = 204)))]
pub async fn logout(
    user: CanEndSessions,
    identity: web::Data<Identity>,
    caller: RequestContext,
) -> Result<HttpResponse, Error> {
    if let Some(session) = user.session() {
        identity.logout(user.user_id, session, &caller).await?;
    }
    let mut answer = HttpResponse::NoContent();
    end_in_browser(&mut answer);
    Ok(answer.finish())
}

/// One's sessions: which program, from which network, since when.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me", responses((status = 200, body = SessionList)))]
pub async fn list(user: CurrentUser, identity: web::Data<Identity>) -> Result<web::Json<SessionList>, Error> {
    identity.list_sessions(user.user_id, user.session()).await.map(web::Json)
}

/// Names one of one's sessions.
#[utoipa::path(patch, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    request_body = NameSession, responses((status = 204)))]
pub async fn name(
    user: CurrentUser,
    identity: web::Data<Identity>,
    id: web::Path<Id>,
    body: Json<NameSession>,
) -> Result<HttpResponse, Error> {
    identity.name_session(user.user_id, id.into_inner(), body.0.name.as_deref()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends one of one's sessions, wherever it is.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn end(
    user: CanEndSessions,
    identity: web::Data<Identity>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    identity.end_own_session(user.user_id, id.into_inner(), user.session(), &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all of one's sessions but this one, and one's API tokens unless they are to be kept.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "me", params(EndOthers), responses((status = 204)))]
pub async fn end_others(
    user: CanEndSessions,
    identity: web::Data<Identity>,
    caller: RequestContext,
    query: Query<EndOthers>,
) -> Result<HttpResponse, Error> {
    let keep = query.0.keep_api_tokens;
    identity.end_other_sessions(&user, keep, &caller).await.map(|opened| goes_on(&opened))
}
