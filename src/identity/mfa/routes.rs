//! `/auth/passkey/*`, `/me/mfa/*`, `/me/passkeys`.

use actix_web::{HttpResponse, web};

use super::super::guards::{CurrentUser, RecentlyAuthenticated};
use super::super::sessions::routes::{opened, set_cookies};
use super::types::{
    Confirm, Confirmed, FactorStanding, PasskeyAdded, PasskeyFinish, PasskeyList, PasskeyLoginFinish,
    PasskeyLoginStart, PasskeyOptions, RecoveryCodes, Suspicion, TotpEnrolment,
};
use crate::db::Id;
use crate::error::Error;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::operations::operations;
use crate::http::{Anyone, Json, Operations, RequestContext};
use crate::identity::{Identity, Tokens};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![
        start_login,
        finish_login,
        standing,
        enrol,
        confirm,
        remove_totp,
        recovery_codes,
        list_passkeys,
        start_passkey,
        finish_passkey,
        remove_passkey,
        accept_passkey
    ]
}

/// Begins to log in with a passkey: alone, or with the challenge that a login answered.
#[utoipa::path(post, path = "/api/v1/auth/passkey/start", tag = "identity", request_body = PasskeyLoginStart,
    responses((status = 200, body = PasskeyOptions)))]
pub async fn start_login(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<PasskeyLoginStart>,
) -> Result<web::Json<PasskeyOptions>, Error> {
    identity.start_passkey_login(body.0, &caller).await.map(web::Json)
}

/// Logs in with what the passkey signed.
#[utoipa::path(post, path = "/api/v1/auth/passkey/finish", tag = "identity", request_body = PasskeyLoginFinish,
    responses((status = 200, body = Tokens)))]
pub async fn finish_login(
    _: Anyone,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<PasskeyLoginFinish>,
) -> Result<HttpResponse, Error> {
    identity.finish_passkey_login(body.0, &caller).await.map(opened)
}

/// Which second factors one has, and whether one must have one.
#[utoipa::path(get, path = "/api/v1/me/mfa", tag = "me", responses((status = 200, body = FactorStanding)))]
pub async fn standing(user: CurrentUser, identity: web::Data<Identity>) -> Result<web::Json<FactorStanding>, Error> {
    identity.factor_standing(&user).await.map(web::Json)
}

/// A secret for an authenticator app. It is a factor once its first code was confirmed. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/mfa/totp", tag = "me", responses((status = 200, body = TotpEnrolment)))]
pub async fn enrol(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
) -> Result<web::Json<TotpEnrolment>, Error> {
    identity.enrol_totp(&user).await.map(web::Json)
}

/// Confirms an authenticator app by its first code. One's other sessions end; the answer has recovery codes, shown this
/// once, and tokens of a session with two factors.
#[utoipa::path(post, path = "/api/v1/me/mfa/totp/confirm", tag = "me", request_body = Confirm,
    responses((status = 200, body = Confirmed)))]
pub async fn confirm(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<Confirm>,
) -> Result<HttpResponse, Error> {
    let (codes, opened) = identity.confirm_totp(&user, body.0, &caller).await?;
    let mut answer = HttpResponse::Ok();
    set_cookies(&mut answer, &opened);
    Ok(answer.json(Confirmed { recovery_codes: codes.recovery_codes, tokens: opened.tokens }))
}

/// Removes the authenticator app. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me/mfa/totp", tag = "me", responses((status = 204)))]
pub async fn remove_totp(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
) -> Result<HttpResponse, Error> {
    identity.remove_totp(&user, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// New recovery codes, shown this once; the old ones are worthless. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/mfa/recovery-codes", tag = "me",
    responses((status = 200, body = RecoveryCodes)))]
pub async fn recovery_codes(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
) -> Result<web::Json<RecoveryCodes>, Error> {
    identity.make_recovery_codes(&user, &caller).await.map(web::Json)
}

/// One's passkeys, with the state each said it is in when it was used last. One that logs nobody in says why and what to do.
#[utoipa::path(get, path = "/api/v1/me/passkeys", tag = "me", responses((status = 200, body = PasskeyList)))]
pub async fn list_passkeys(
    user: CurrentUser,
    identity: web::Data<Identity>,
    context: web::Data<MiddlewareSettings>,
    caller: RequestContext,
) -> Result<web::Json<PasskeyList>, Error> {
    let mut list = identity.list_passkeys(&user).await?;
    for passkey in &mut list.data {
        let text_key = |reason: Suspicion| format!("problem-{}.detail", reason.refusal());
        let key = passkey.suspended_reason.map(text_key);
        passkey.suspended_detail = key.map(|key| context.catalogue.text(caller.language, &key, &[]));
    }
    Ok(web::Json(list))
}

/// Begins to add a passkey. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/passkeys/start", tag = "me",
    responses((status = 200, body = PasskeyOptions)))]
pub async fn start_passkey(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
) -> Result<web::Json<PasskeyOptions>, Error> {
    identity.start_passkey(&user).await.map(web::Json)
}

/// Adds the passkey that the browser made. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/passkeys/finish", tag = "me", request_body = PasskeyFinish,
    responses((status = 201, body = PasskeyAdded)))]
pub async fn finish_passkey(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<PasskeyFinish>,
) -> Result<HttpResponse, Error> {
    let (passkey, opened) = identity.finish_passkey(&user, body.0, &caller).await?;
    let mut answer = HttpResponse::Created();
    if let Some(opened) = &opened {
        set_cookies(&mut answer, opened);
    }
    Ok(answer.json(PasskeyAdded { passkey, tokens: opened.and_then(|opened| opened.tokens) }))
}

/// Removes a passkey. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn remove_passkey(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    identity.remove_passkey(&user, id.into_inner(), &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accepts a suspended passkey again: it logs in as before, and its counter begins anew. Wants a fresh login, by another factor.
#[utoipa::path(post, path = "/api/v1/me/passkeys/{id}/accept", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn accept_passkey(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    identity.accept_passkey(&user, id.into_inner(), &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
