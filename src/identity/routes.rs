//! `/auth/login`, `/auth/password/*`, `/setup`, `/me/password`, `/me/reauthenticate`, and the public signing keys.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::guards::CurrentUser;
use super::sessions::routes::opened;
use super::types::{
    Accepted, Challenge, ChangePassword, Done, Forgot, Login, LoginOutcome, Reauthenticate, Reset, SecondFactor, SetUp,
};
use super::{Jwks, Tokens};
use super::{factors, sessions, tokens};
use crate::app::Portal;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{BodyLimit, Caller, Json, evenly};

/// Bytes that are plenty for an address and a password.
const SMALL: BodyLimit = BodyLimit(8_192);

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/auth/login").app_data(SMALL).route(web::post().to(login)))
        .service(web::resource("/auth/login/mfa").app_data(SMALL).route(web::post().to(login_second)))
        .service(web::resource("/auth/password/forgot").app_data(SMALL).route(web::post().to(forgot)))
        .service(web::resource("/auth/password/reset").app_data(SMALL).route(web::post().to(reset)))
        .service(web::resource("/me/password").route(web::post().to(change_password)))
        .service(web::resource("/me/reauthenticate").route(web::post().to(reauthenticate)))
        .service(web::resource("/setup").route(web::post().to(set_up)))
        .configure(sessions::routes::routes)
        .configure(factors::routes::routes)
        .configure(tokens::routes::routes);
}

/// What a login answers: tokens; or, where a second factor is due, a challenge; or, for a browser, its cookie.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum LoginAnswer {
    /// Somebody is in.
    Tokens(Tokens),
    /// The second factor is missing.
    Challenge(Challenge),
    /// Somebody is in, with a cookie.
    Cookie(Done),
}

/// Logs in with address and password.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "identity", request_body = Login,
    responses((status = 200, body = LoginAnswer), (status = "default", body = Problem)))]
pub async fn login(portal: web::Data<Portal>, caller: Caller, body: Json<Login>) -> Result<HttpResponse, Error> {
    Ok(match portal.identity.login(body.0, &caller).await? {
        LoginOutcome::Opened(session) => opened(session),
        LoginOutcome::Challenged(challenge) => HttpResponse::Ok().json(LoginAnswer::Challenge(challenge)),
    })
}

/// Brings the second factor to the challenge of a login.
#[utoipa::path(post, path = "/api/v1/auth/login/mfa", tag = "identity", request_body = SecondFactor,
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn login_second(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<SecondFactor>,
) -> Result<HttpResponse, Error> {
    portal.identity.login_second(body.0, &caller).await.map(opened)
}

/// Mails a link for a new password, where the address is known. The answer is always the same.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "identity", request_body = Forgot,
    responses((status = 202, body = Accepted), (status = "default", body = Problem)))]
pub async fn forgot(portal: web::Data<Portal>, caller: Caller, body: Json<Forgot>) -> Result<HttpResponse, Error> {
    evenly(&portal.random, portal.identity.forgot(&body.0, &caller)).await?;
    let detail = portal.catalogue.text(caller.language, "answer-forgot", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Sets a new password by a mailed link and ends every session. The second factor stays as it is.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "identity", request_body = Reset,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
pub async fn reset(portal: web::Data<Portal>, caller: Caller, body: Json<Reset>) -> Result<web::Json<Done>, Error> {
    portal.identity.reset(body.0, &caller).await?;
    Ok(web::Json(Done { status: "password_changed" }))
}

/// Changes one's password and ends one's other sessions.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "me", request_body = ChangePassword,
    security(("bearer" = []), ("cookie" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn change_password(
    user: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<ChangePassword>,
) -> Result<HttpResponse, Error> {
    portal.identity.change_password(&user, body.0, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Proves again who one is, as sensitive calls ask for (`reauth_required`). Answers a new session in the place of this one.
#[utoipa::path(post, path = "/api/v1/me/reauthenticate", tag = "me", request_body = Reauthenticate,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn reauthenticate(
    user: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Reauthenticate>,
) -> Result<HttpResponse, Error> {
    portal.identity.reauthenticate(&user, body.0, &caller).await.map(opened)
}

/// Makes the first administrator by the link that the portal prints when it starts without one.
#[utoipa::path(post, path = "/api/v1/setup", tag = "identity", request_body = SetUp,
    responses((status = 201, body = Done), (status = "default", body = Problem)))]
pub async fn set_up(portal: web::Data<Portal>, caller: Caller, body: Json<SetUp>) -> Result<HttpResponse, Error> {
    portal.identity.set_up(body.0, &caller).await?;
    Ok(HttpResponse::Created().json(Done { status: "administrator_created" }))
}

/// The public keys that verify access tokens (RFC 7517): the one that signs, the next one, and those retired lately.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "identity", responses((status = 200, body = Jwks)))]
pub async fn jwks(portal: web::Data<Portal>) -> HttpResponse {
    let kept = format!("public, max-age={}", super::PUBLISHED.as_secs());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, kept)).json(portal.identity.jwks())
}
