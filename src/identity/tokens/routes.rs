//! `/me/tokens`.

use actix_web::{HttpResponse, web};

use super::super::Identity;
use super::super::guards::{CanEndTokens, CurrentUser, RecentlyAuthenticated};
use super::types::{ApiTokenList, MadeToken, MakeToken};
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Json, Operations, RequestContext};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, make, revoke]
}

/// One's API tokens, without their secrets.
#[utoipa::path(get, path = "/api/v1/me/tokens", tag = "me", responses((status = 200, body = ApiTokenList)))]
pub async fn list(user: CurrentUser, identity: web::Data<Identity>) -> Result<web::Json<ApiTokenList>, Error> {
    identity.list_tokens(&user).await.map(web::Json)
}

/// Makes an API token. Its secret is in this answer alone. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/tokens", tag = "me", request_body = MakeToken,
    responses((status = 201, body = MadeToken)))]
pub async fn make(
    user: RecentlyAuthenticated,
    identity: web::Data<Identity>,
    caller: RequestContext,
    body: Json<MakeToken>,
) -> Result<HttpResponse, Error> {
    let made = identity.make_token(&user, body.0, &caller).await?;
    Ok(HttpResponse::Created().json(made))
}

/// Revokes an API token. A token may revoke itself, by its id or as `current`.
#[utoipa::path(delete, path = "/api/v1/me/tokens/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke(
    user: CanEndTokens,
    identity: web::Data<Identity>,
    caller: RequestContext,
    id: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let id = match id.as_str() {
        "current" => None,
        id => Some(id.parse::<Id>().map_err(|_foreign| Error::not_found())?),
    };
    identity.revoke_token(&user.0, id, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
