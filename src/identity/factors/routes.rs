//! `/auth/passkey/*`, `/me/mfa/*`, `/me/passkeys`.

use actix_web::{HttpResponse, web};

use super::super::guards::{CurrentUser, FreshUser};
use super::super::sessions::routes::{leave_cookies, opened};
use super::types::{
    Confirm, Confirmed, FactorStanding, PasskeyAdded, PasskeyFinish, PasskeyList, PasskeyLoginFinish,
    PasskeyLoginStart, PasskeyOptions, RecoveryCodes, TotpEnrolment,
};
use crate::app::Portal;
use crate::db::Id;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Caller, Json};
use crate::identity::Tokens;

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/auth/passkey/start").route(web::post().to(start_login)))
        .service(web::resource("/auth/passkey/finish").route(web::post().to(finish_login)))
        .service(web::resource("/me/mfa").route(web::get().to(standing)))
        .service(web::resource("/me/mfa/totp").route(web::post().to(enrol)).route(web::delete().to(remove_totp)))
        .service(web::resource("/me/mfa/totp/confirm").route(web::post().to(confirm)))
        .service(web::resource("/me/mfa/recovery-codes").route(web::post().to(recovery_codes)))
        .service(web::resource("/me/passkeys").route(web::get().to(list_passkeys)))
        .service(web::resource("/me/passkeys/start").route(web::post().to(start_passkey)))
        .service(web::resource("/me/passkeys/finish").route(web::post().to(finish_passkey)))
        .service(web::resource("/me/passkeys/{id}").route(web::delete().to(remove_passkey)));
}

/// Begins to log in with a passkey: alone, or with the challenge that a login answered.
#[utoipa::path(post, path = "/api/v1/auth/passkey/start", tag = "identity", request_body = PasskeyLoginStart,
    responses((status = 200, body = PasskeyOptions), (status = "default", body = Problem)))]
pub async fn start_login(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<PasskeyLoginStart>,
) -> Result<web::Json<PasskeyOptions>, Error> {
    portal.identity.start_passkey_login(body.0, &caller).await.map(web::Json)
}

/// Logs in with what the passkey signed.
#[utoipa::path(post, path = "/api/v1/auth/passkey/finish", tag = "identity", request_body = PasskeyLoginFinish,
    responses((status = 200, body = Tokens), (status = "default", body = Problem)))]
pub async fn finish_login(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<PasskeyLoginFinish>,
) -> Result<HttpResponse, Error> {
    portal.identity.finish_passkey_login(body.0, &caller).await.map(opened)
}

/// Which second factors one has, and whether one must have one.
#[utoipa::path(get, path = "/api/v1/me/mfa", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = FactorStanding), (status = "default", body = Problem)))]
pub async fn standing(user: CurrentUser, portal: web::Data<Portal>) -> Result<web::Json<FactorStanding>, Error> {
    portal.identity.factor_standing(&user).await.map(web::Json)
}

/// A secret for an authenticator app. It is a factor once its first code was confirmed. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/mfa/totp", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = TotpEnrolment), (status = "default", body = Problem)))]
pub async fn enrol(user: FreshUser, portal: web::Data<Portal>) -> Result<web::Json<TotpEnrolment>, Error> {
    portal.identity.enrol_totp(&user).await.map(web::Json)
}

/// Confirms an authenticator app by its first code. One's other sessions end; the answer has recovery codes, shown this
/// once, and tokens of a session with two factors.
#[utoipa::path(post, path = "/api/v1/me/mfa/totp/confirm", tag = "me", request_body = Confirm,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Confirmed), (status = "default", body = Problem)))]
pub async fn confirm(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Confirm>,
) -> Result<HttpResponse, Error> {
    let (codes, opened) = portal.identity.confirm_totp(&user, body.0, &caller).await?;
    let mut answer = HttpResponse::Ok();
    leave_cookies(&mut answer, &opened);
    Ok(answer.json(Confirmed { recovery_codes: codes.recovery_codes, tokens: opened.tokens }))
}

/// Removes the authenticator app. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me/mfa/totp", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn remove_totp(user: FreshUser, portal: web::Data<Portal>, caller: Caller) -> Result<HttpResponse, Error> {
    portal.identity.remove_totp(&user, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// New recovery codes, shown this once; the old ones are worthless. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/mfa/recovery-codes", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = RecoveryCodes), (status = "default", body = Problem)))]
pub async fn recovery_codes(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
) -> Result<web::Json<RecoveryCodes>, Error> {
    portal.identity.make_recovery_codes(&user, &caller).await.map(web::Json)
}

/// One's passkeys.
#[utoipa::path(get, path = "/api/v1/me/passkeys", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = PasskeyList), (status = "default", body = Problem)))]
pub async fn list_passkeys(user: CurrentUser, portal: web::Data<Portal>) -> Result<web::Json<PasskeyList>, Error> {
    portal.identity.list_passkeys(&user).await.map(web::Json)
}

/// Begins to add a passkey. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/passkeys/start", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = PasskeyOptions), (status = "default", body = Problem)))]
pub async fn start_passkey(user: FreshUser, portal: web::Data<Portal>) -> Result<web::Json<PasskeyOptions>, Error> {
    portal.identity.start_passkey(&user).await.map(web::Json)
}

/// Adds the passkey that the browser made. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/passkeys/finish", tag = "me", request_body = PasskeyFinish,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 201, body = PasskeyAdded), (status = "default", body = Problem)))]
pub async fn finish_passkey(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<PasskeyFinish>,
) -> Result<HttpResponse, Error> {
    let (passkey, opened) = portal.identity.finish_passkey(&user, body.0, &caller).await?;
    let mut answer = HttpResponse::Created();
    if let Some(opened) = &opened {
        leave_cookies(&mut answer, opened);
    }
    Ok(answer.json(PasskeyAdded { passkey, tokens: opened.and_then(|opened| opened.tokens) }))
}

/// Removes a passkey. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{id}", tag = "me", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn remove_passkey(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    portal.identity.remove_passkey(&user, id.into_inner(), &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
