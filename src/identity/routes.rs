//! `/auth/login`, `/auth/password/*`, `/setup`, `/me/password`, `/me/reauthenticate`, and the public signing keys.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::guards::PasswordProver;
use super::sessions::routes::{goes_on, opened};
use super::types::{
    Accepted, Challenge, ChangePassword, Done, Forgot, Login, LoginOutcome, Reauthenticate, Reset, SecondFactor, SetUp,
};
use super::{Identity, Jwks, Tokens};
use super::{mfa, sessions, tokens};
use crate::error::Error;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::operations::operations;
use crate::http::{Anyone, BodyLimit, Json, Operations, RequestContext};
use crate::registrations::Registrations;

/// Most bytes of a body with an address and a password.
const SMALL: BodyLimit = BodyLimit(8_192);

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![login, login_second, forgot, reset]
        .limited(SMALL)
        .and(operations![change_password, reauthenticate, set_up, jwks])
        .and(sessions::routes::operations())
        .and(mfa::routes::operations())
        .and(tokens::routes::operations())
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
    responses((status = 200, body = LoginAnswer)))]
pub async fn login(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<Login>,
) -> Result<HttpResponse, Error> {
    Ok(match identity.login(body.0, &caller).await? {
        LoginOutcome::Opened(session) => opened(session),
        LoginOutcome::Challenged(challenge) => HttpResponse::Ok().json(LoginAnswer::Challenge(challenge)),
    })
}

/// Brings the second factor to the challenge of a login.
#[utoipa::path(post, path = "/api/v1/auth/login/mfa", tag = "identity", request_body = SecondFactor,
    responses((status = 200, body = Tokens)))]
pub async fn login_second(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<SecondFactor>,
) -> Result<HttpResponse, Error> {
    identity.login_second(body.0, &caller).await.map(opened)
}

/// Mails a link for a new password, where the address is known, and the link of an application once more, where it is not verified
/// yet. The answer is always the same.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "identity", request_body = Forgot,
    responses((status = 202, body = Accepted)))]
pub async fn forgot(
    _: Anyone,
    registrations: web::Data<Registrations>,
    context: web::Data<MiddlewareSettings>,
    caller: RequestContext,
    body: Json<Forgot>,
) -> Result<HttpResponse, Error> {
    Box::pin(registrations.forgot(&caller, &body.0)).await?;
    let detail = context.catalogue.text(caller.language, "answer-forgot", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Sets a new password by a mailed link and ends every session. The second factor stays as it is.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "identity", request_body = Reset,
    responses((status = 200, body = Done)))]
pub async fn reset(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<Reset>,
) -> Result<web::Json<Done>, Error> {
    identity.reset(body.0, &caller).await?;
    Ok(web::Json(Done { status: "password_changed" }))
}

/// Changes one's password and ends one's other sessions.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "me", request_body = ChangePassword,
    responses((status = 204)))]
pub async fn change_password(
    user: PasswordProver,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<ChangePassword>,
) -> Result<HttpResponse, Error> {
    identity.change_password(&user, body.0, &caller).await.map(|opened| goes_on(&opened))
}

/// Proves again who one is, as sensitive calls ask for (`reauth_required`). Answers a new session in the place of this one.
#[utoipa::path(post, path = "/api/v1/me/reauthenticate", tag = "me", request_body = Reauthenticate,
    responses((status = 200, body = Tokens)))]
pub async fn reauthenticate(
    user: PasswordProver,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<Reauthenticate>,
) -> Result<HttpResponse, Error> {
    identity.reauthenticate(&user, body.0, &caller).await.map(opened)
}

/// Makes the first administrator by the link that the portal prints when it starts without one.
#[utoipa::path(post, path = "/api/v1/setup", tag = "identity", request_body = SetUp,
    responses((status = 201, body = Done)))]
pub async fn set_up(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<SetUp>,
) -> Result<HttpResponse, Error> {
    identity.set_up(body.0, &caller).await?;
    Ok(HttpResponse::Created().json(Done { status: "administrator_created" }))
}

/// The public keys that verify access tokens (RFC 7517): the one that signs, the next one, and those retired lately.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "identity", responses((status = 200, body = Jwks)))]
pub async fn jwks(_: Anyone, identity: web::Data<Identity>) -> HttpResponse {
    let cache = format!("public, max-age={}", super::PUBLISHED.as_secs());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, cache)).json(identity.jwks())
}
