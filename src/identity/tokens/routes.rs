//! `/me/tokens`.

use actix_web::{HttpResponse, web};

use super::super::guards::{AnyCredential, CurrentUser, FreshUser};
use super::types::{ApiTokenList, MadeToken, MakeToken};
use crate::app::Portal;
use crate::db::Id;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Caller, Json};

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/me/tokens").route(web::get().to(list)).route(web::post().to(make)))
        .service(web::resource("/me/tokens/{id}").route(web::delete().to(revoke)));
}

/// One's API tokens, without their secrets.
#[utoipa::path(get, path = "/api/v1/me/tokens", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = ApiTokenList), (status = "default", body = Problem)))]
pub async fn list(user: CurrentUser, portal: web::Data<Portal>) -> Result<web::Json<ApiTokenList>, Error> {
    portal.identity.list_tokens(&user).await.map(web::Json)
}

/// Makes an API token. Its secret is in this answer alone. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/tokens", tag = "me", request_body = MakeToken,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 201, body = MadeToken), (status = "default", body = Problem)))]
pub async fn make(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<MakeToken>,
) -> Result<HttpResponse, Error> {
    let made = portal.identity.make_token(&user, body.0, &caller).await?;
    Ok(HttpResponse::Created().json(made))
}

/// Revokes an API token. A token may revoke itself, by its id or as `current`.
#[utoipa::path(delete, path = "/api/v1/me/tokens/{id}", tag = "me", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn revoke(
    user: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let id = match id.as_str() {
        "current" => None,
        id => Some(id.parse::<Id>().map_err(|_foreign| Error::not_found())?),
    };
    portal.identity.revoke_token(&user.0, id, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
