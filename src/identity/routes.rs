//! `/auth/*`, `/setup`, `/me/password`, and the public signing keys.

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Jwks;
use super::guards::CurrentUser;
use super::types::{Accepted, ChangePassword, Done, Forgot, Login, Refresh, Reset, SetUp, Tokens};
use crate::app::Portal;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Json, language};

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/auth/login").route(web::post().to(login)))
        .service(web::resource("/auth/refresh").route(web::post().to(refresh)))
        .service(web::resource("/auth/logout").route(web::post().to(logout)))
        .service(web::resource("/auth/password/forgot").route(web::post().to(forgot)))
        .service(web::resource("/auth/password/reset").route(web::post().to(reset)))
        .service(web::resource("/me/password").route(web::post().to(change_password)))
        .service(web::resource("/setup").route(web::post().to(set_up)));
}

/// Logs in with address and password.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "identity", request_body = Login,
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn login(portal: web::Data<Portal>, body: Json<Login>) -> Result<web::Json<Tokens>, Error> {
    portal.identity.login(body.0).await.map(web::Json)
}

/// The next pair of tokens. A refresh token is good once; used twice, it ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "identity", request_body = Refresh,
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn refresh(portal: web::Data<Portal>, body: Json<Refresh>) -> Result<web::Json<Tokens>, Error> {
    portal.identity.refresh(body.0).await.map(web::Json)
}

/// Ends the session of the access token.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "identity", security(("bearer" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn logout(user: CurrentUser, portal: web::Data<Portal>) -> Result<HttpResponse, Error> {
    portal.identity.logout(&user).await?;
    let clear = (HeaderName::from_static("clear-site-data"), "\"cookies\", \"storage\"");
    Ok(HttpResponse::NoContent().insert_header(clear).finish())
}

/// Mails a link for a new password, where the address is known. The answer is always the same.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "identity", request_body = Forgot,
    responses((status = 202, body = Accepted), (status = "default", body = Problem)))]
pub async fn forgot(
    portal: web::Data<Portal>,
    request: HttpRequest,
    body: Json<Forgot>,
) -> Result<HttpResponse, Error> {
    portal.identity.forgot(&body.0).await?;
    let detail = portal.catalogue.text(language(&request), "answer-forgot", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Sets a new password by a mailed link and ends every session.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "identity", request_body = Reset,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
pub async fn reset(portal: web::Data<Portal>, body: Json<Reset>) -> Result<web::Json<Done>, Error> {
    portal.identity.reset(body.0).await?;
    Ok(web::Json(Done { status: "password_changed" }))
}

/// Changes one's password and ends one's other sessions.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "me", request_body = ChangePassword,
    security(("bearer" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn change_password(
    user: CurrentUser,
    portal: web::Data<Portal>,
    body: Json<ChangePassword>,
) -> Result<HttpResponse, Error> {
    portal.identity.change_password(&user, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes the first administrator by the link that the portal prints when it starts without one.
#[utoipa::path(post, path = "/api/v1/setup", tag = "identity", request_body = SetUp,
    responses((status = 201, body = Done), (status = "default", body = Problem)))]
pub async fn set_up(portal: web::Data<Portal>, body: Json<SetUp>) -> Result<HttpResponse, Error> {
    portal.identity.set_up(body.0).await?;
    Ok(HttpResponse::Created().json(Done { status: "administrator_created" }))
}

/// The public keys that verify access tokens (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "identity", responses((status = 200, body = Jwks)))]
pub async fn jwks(portal: web::Data<Portal>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(portal.identity.jwks())
}
